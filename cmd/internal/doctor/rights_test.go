package doctor_test

import (
	"log/slog"
	"testing"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/secret"
)

// users are added to those of an engine: one may only read, one has a profile that is read-only, one may not change a
// setting of its inserts.
const users = `<clickhouse>
    <profiles>
        <reading><readonly>2</readonly></reading>
        <fixed><constraints><async_insert><const/></async_insert></constraints></fixed>
    </profiles>
    <users>
        <reader><password>p</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
            <grants><query>GRANT SELECT ON *.*</query></grants></reader>
        <readonly><password>p</password><networks><ip>127.0.0.1</ip></networks><profile>reading</profile><quota>default</quota></readonly>
        <constrained><password>p</password><networks><ip>127.0.0.1</ip></networks><profile>fixed</profile><quota>default</quota></constrained>
    </users>
</clickhouse>
`

// TestUserMayTooLittle asks as users that may less than deskpulse needs.
func TestUserMayTooLittle(t *testing.T) {
	engine := embeddedtest.OwnEngine(t, "users.d", users)
	w := newWorld(t)
	w.c.ClickHouse.Addresses, w.c.ClickHouse.Database = []string{engine.Native}, "deskpulse"
	w.c.ClickHouse.Password = secret.Text(engine.Password)
	if _, err := app.Migrate(t.Context(), w.c, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ user, check, word string }{
		{"reader", "rights", "GRANT SELECT, INSERT ON deskpulse.* TO reader"},
		{"readonly", "settings", "readonly=0"},
		{"constrained", "settings", "async_insert"},
	} {
		w.c.ClickHouse.User, w.c.ClickHouse.Password = row.user, "p"
		want(t, w.examine(0), doctor.ClickHouse, row.check, doctor.Problem, row.word)
	}
}
