package predicate_test

import "testing"

func BenchmarkHolds(b *testing.B) {
	v := ticket{Subject: "request 4711", Channel: "email", Seconds: 700, Tags: []string{"refund", "urgent", "vip"}}
	cases := []struct{ name, source string }{
		{"comparison", `event.channel == "email"`},
		{"list", `event.channel in ["phone", "chat", "email"]`},
		{"conjunction", `event.channel == "email" && event.seconds > 600 && !event.reopened`},
		{"membership", `"vip" in event.tags`},
		{"exists", `event.tags.exists(t, t == "vip")`},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			p := must(b, c.source)
			b.ReportAllocs()
			for b.Loop() {
				if holds, err := p.Holds(&v); err != nil || !holds {
					b.Fatal(holds, err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		must(b, `event.channel in ["phone", "chat"] && event.tags.exists(t, t == "vip")`)
	}
}
