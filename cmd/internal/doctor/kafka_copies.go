package doctor

import (
	"context"
	"fmt"
)

// copies looks at how many brokers hold a record before it is acknowledged. Every producer of ours waits for all that are
// in sync, which says little where one is enough.
func copies(_ context.Context, p *patient) ([]Finding, error) {
	var out []Finding
	for _, name := range p.wanted() {
		t, ok := p.topics[name]
		if !ok || t.settings == nil || len(t.Partitions) == 0 {
			continue
		}
		f := copied(t, len(p.brokers))
		f.Object = name
		out = append(out, f)
	}
	return out, nil
}

func copied(t topic, brokers int) Finding {
	const name = "min.insync.replicas"
	n := len(t.Partitions[0].Replicas)
	least, _ := number(t.settings, name)
	found := fmt.Sprintf("%d copies, acknowledged by %d", n, least)
	switch {
	case brokers == 1:
		return well("", "one copy: there is one broker")
	case n == 1:
		return Finding{
			State: Warning, Found: "one copy on a cluster of " + fmt.Sprint(brokers) + " brokers", Want: "three copies, or two",
			Do: "reassign the topic with kafka-reassign-partitions.sh: with the disk of one broker its records are lost",
		}
	case least < 2:
		return Finding{
			State: Warning, Found: found, Want: name + "=2",
			Do: alter(t.Name, name+"=2") + ": else one broker alone acknowledges while the others are down, and may be the next to fail",
		}
	case least >= int64(n):
		return Finding{
			State: Warning, Found: found, Want: fmt.Sprintf("%s below the number of copies", name),
			Do: alter(t.Name, fmt.Sprintf("%s=%d", name, n-1)) + ": else nothing can be written while one broker restarts",
		}
	}
	return well("", "%s", found)
}
