package structs

// Stand-ins for types of raft, serf and go-kms-wrapping, of which the server's own requests are made. They are names here;
// what stands behind them (sockets, DNS, protobuf) is several megabytes of code.

type serverID string

type serverAddress string

type memberStatus int

type wrapped struct{}
