package faults_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// healthPatience is how long a process may take to say how it is.
const healthPatience = 2 * time.Second

// health asks the process how it is; "" is well. No answer is an error: silence says neither that it is well nor that it
// knows that it is not. An answer to an earlier question is none.
func (p *process) health() (why string, err error) {
	if url := p.healthURL(); url != "" {
		return askHealth(url)
	}
	return p.ask(func(number int) order { return order{Health: number} })
}

// ask puts a question, which gets a number, and returns the answer.
func (p *process) ask(question func(number int) order) (string, error) {
	answer := make(chan string, 1)
	p.mu.Lock()
	number := len(p.asked) + 1
	p.asked[number] = answer
	p.mu.Unlock()
	p.order(question(number))
	select {
	case text := <-answer:
		return text, nil
	case <-p.done:
		return "", errors.New("it is dead")
	case <-time.After(healthPatience):
		return "", fmt.Errorf("it does not answer within %s", healthPatience)
	}
}

// answers passes an answer on: the number of the question, and what is said.
func (p *process) answers(text string) {
	digits, said, _ := strings.Cut(text, " ")
	number, err := strconv.Atoi(digits)
	if err != nil {
		panic(err) // obey writes it
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[number] <- said // there is room for one, and each question has one answer
}

// ill is what the process answers that is wrong with it, "" if it is well or does not answer.
func (p *process) ill() string {
	why, err := p.health()
	if err != nil {
		return ""
	}
	return why
}

func (p *process) healthURL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.url
}

// askHealth asks /healthz.
func askHealth(url string) (why string, err error) {
	client := http.Client{Timeout: healthPatience}
	res, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Sprintf("%s: %s", res.Status, body), nil
	}
	return "", nil
}
