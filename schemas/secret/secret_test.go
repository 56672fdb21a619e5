package secret_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/secret"
)

func TestNothingPrintsIt(t *testing.T) {
	held := struct{ Password, None secret.Text }{Password: "hunter2"}
	encoded, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		fmt.Sprint(held):         "{<secret> }",
		fmt.Sprintf("%+v", held): "{Password:<secret> None:}",
		string(encoded):          `{"Password":"\u003csecret\u003e","None":""}`,
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := fmt.Sprintf("%#v", held.Password); got != "<secret>" {
		t.Errorf("%%#v: got %s", got)
	}
}
