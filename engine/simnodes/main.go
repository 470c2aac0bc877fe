// Command simnodes registers nodes with a Nomad server over its RPC, as clients do, so that a server can schedule on
// nodes that don't exist. Only the conformance tests use it; it is not shipped.
//
// It reads {"rpc": "127.0.0.1:4647", "nodes": [...]} (nodes as Nomad's API has them) from standard input.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/hashicorp/nomad/helper/uuid"
	"github.com/hashicorp/nomad/nomad/structs"
	msgpackrpc "github.com/hashicorp/net-rpc-msgpackrpc/v2"
)

// rpcNomad is the first byte of a connection, which says what is spoken on it (helper/pool.RpcNomad).
const rpcNomad = 0x01

type request struct {
	RPC   string          `json:"rpc"`
	Nodes []*structs.Node `json:"nodes"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "simnodes:", err)
		os.Exit(1)
	}
}

func run() error {
	var req request
	if err := json.NewDecoder(os.Stdin).Decode(&req); err != nil {
		return err
	}
	conn, err := net.DialTimeout("tcp", req.RPC, 10*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.Write([]byte{rpcNomad}); err != nil {
		return err
	}
	codec := msgpackrpc.NewCodecFromHandle(true, true, conn, structs.MsgpackHandle)
	for _, node := range req.Nodes {
		if node.SecretID == "" {
			node.SecretID = uuid.Generate()
		}
		node.NodeResources.Compatibility()
		args := &structs.NodeRegisterRequest{Node: node, WriteRequest: structs.WriteRequest{Region: "global"}}
		var reply structs.NodeUpdateResponse
		if err := msgpackrpc.CallWithCodec(codec, "Node.Register", args, &reply); err != nil {
			return fmt.Errorf("%s: %w", node.Name, err)
		}
	}
	return nil
}
