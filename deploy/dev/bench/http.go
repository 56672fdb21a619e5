package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// post sends a query to ClickHouse over HTTP with a body of a known size, and returns the answer, which the caller closes.
func (w *world) post(ctx context.Context, database, query string, settings url.Values, body io.Reader, size int64) (io.ReadCloser, error) {
	e := w.engine.Endpoint()
	// What follows the query's own end of line would be taken for data.
	values := url.Values{"database": {database}, "query": {strings.TrimSpace(query)}}
	for name, value := range settings {
		values[name] = value
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+e.HTTP+"/?"+values.Encode(), body)
	if err != nil {
		return nil, err
	}
	req.ContentLength = size
	req.Header.Set("X-ClickHouse-User", e.User)
	req.Header.Set("X-ClickHouse-Key", e.Password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 4000)) // what there is of it
		return nil, fmt.Errorf("clickhouse answers %s: %s", resp.Status, said)
	}
	return resp.Body, nil
}
