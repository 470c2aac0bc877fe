// Command terraform-provider-nomad is Shoal's stand-in for HashiCorp's provider hashicorp/nomad 2.5.2. It is meant
// for a filesystem mirror on a machine that can't reach Terraform's registry, and for nothing else: see README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"shoal/terraform-provider-nomad/internal/provider"
)

func main() {
	version := flag.Bool("version", false, "say what this is, and exit")
	debug := flag.Bool("debug", false, "serve for a debugger (TF_REATTACH_PROVIDERS)")
	flag.Parse()
	if *version {
		fmt.Println(provider.About)
		return
	}
	// Protocol 5 is what hashicorp/nomad 2.5.2 speaks: a state written with one can be read with the other.
	err := providerserver.Serve(context.Background(), provider.New, providerserver.ServeOpts{
		Address:         "registry.terraform.io/hashicorp/nomad",
		ProtocolVersion: 5,
		Debug:           *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
