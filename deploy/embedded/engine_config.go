package embedded

import (
	"bytes"
	_ "embed"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed engine_config.xml
var engineConfigXML string

//go:embed engine_users.xml
var engineUsersXML string

var engineTemplates = template.Must(template.Must(
	template.New("config.xml").Funcs(template.FuncMap{"xml": escapeXML}).Parse(engineConfigXML)).
	New("users.xml").Parse(engineUsersXML))

// engineSettings fills the templates of the configuration.
type engineSettings struct {
	Dir        string
	HTTPPort   int
	NativePort int
	Password   string
	Memory     int64
	LogLevel   string
	KeepFree   int64
}

// writeEngineConfig writes config.xml and users.xml into the engine's folder, readable only by the user, and returns
// the path of the former. They are written on every start: the folder keeps data, the program keeps configuration.
func writeEngineConfig(s engineSettings) (string, error) {
	for _, name := range []string{"config.xml", "users.xml"} {
		var out bytes.Buffer
		if err := engineTemplates.ExecuteTemplate(&out, name, s); err != nil {
			return "", fmt.Errorf("write engine %s: %w", name, err)
		}
		if err := writeFile(filepath.Join(s.Dir, name), out.Bytes()); err != nil {
			return "", fmt.Errorf("write engine %s: %w", name, err)
		}
	}
	return filepath.Join(s.Dir, "config.xml"), nil
}

func escapeXML(v string) (string, error) {
	var out bytes.Buffer
	err := xml.EscapeText(&out, []byte(v))
	return out.String(), err
}

// writeFile replaces a file as a whole, or leaves the old one, and makes it durable: readers never see a half.
func writeFile(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // CreateTemp makes it 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Sync()
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
