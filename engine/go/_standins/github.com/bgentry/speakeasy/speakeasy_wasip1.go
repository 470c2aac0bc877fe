//go:build wasip1

package speakeasy

import "errors"

// Stand-in: Nomad's configuration imports a library that can ask for a password. Here there is nobody to ask.
func getPassword() (string, error) { return "", errors.New("no terminal") }
