// Package loopback finds ports for servers that are started on this machine alone.
package loopback

import (
	"fmt"
	"math/rand/v2"
	"net"
)

// Linux, macOS and Windows do not give these ports to whoever asks for any, unless they are told to: they begin at 32768 and
// at 49152. So one of them stays free, as good as always, from when it was found until the server, some seconds later, listens
// on it, and also while the server is started again.
const first, last = 20_000, 32_000

// Listen takes a free port of this machine, reachable from nowhere else. The caller closes it just before the server listens
// on it. The error is that of the network.
func Listen() (net.Listener, error) {
	for range 100 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", first+rand.IntN(last-first)))
		if err == nil {
			return listener, nil
		}
	}
	return net.Listen("tcp", "127.0.0.1:0") // any at all, or the reason why there is none
}
