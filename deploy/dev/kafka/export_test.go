package kafka

// KillBehindItsBack ends the process of broker i as the system would, without the cluster being told.
func (c *Cluster) KillBehindItsBack(i int) error {
	n := c.nodes[i]
	err := n.process.Process.Kill()
	<-n.done
	return err
}
