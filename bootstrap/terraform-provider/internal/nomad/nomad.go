// Package nomad holds what every resource shares: the configured client and small questions about its errors.
package nomad

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/nomad/api"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// DefaultNamespace is the namespace of everything that names none. NOMAD_NAMESPACE is not read, as in 2.5.2.
const DefaultNamespace = "default"

// FromProviderData turns what the provider's Configure stored into a client; nil before the provider is configured.
func FromProviderData(data any, diags *diag.Diagnostics) *api.Client {
	if data == nil {
		return nil
	}
	client, ok := data.(*api.Client)
	if !ok {
		diags.AddError("Wrong provider data", fmt.Sprintf("expected *api.Client, got %T: a bug in this provider", data))
		return nil
	}
	return client
}

// IsNotFound tells whether Nomad answered that the object does not exist.
func IsNotFound(err error) bool {
	if errors.Is(err, api.ErrVariablePathNotFound) {
		return true
	}
	var unexpected api.UnexpectedResponseError
	if errors.As(err, &unexpected) && unexpected.HasStatusCode() {
		return unexpected.StatusCode() == http.StatusNotFound
	}
	return err != nil && strings.Contains(err.Error(), "404")
}

// IsTransient tells whether asking again may help: the agent restarts, a leader is being elected, a proxy is slow.
// An answer of 4xx (no permission, no such object) never changes by asking again.
func IsTransient(err error) bool {
	var unexpected api.UnexpectedResponseError
	if errors.As(err, &unexpected) && unexpected.HasStatusCode() {
		code := unexpected.StatusCode()
		return code >= http.StatusInternalServerError || code == http.StatusTooManyRequests
	}
	return err != nil
}

// SplitID takes an import's `<id>@<namespace>` apart; the namespace is "default" where there is none and optional is
// true.
func SplitID(importID string, optional bool) (id, namespace string, err error) {
	at := strings.LastIndex(importID, "@")
	if at == -1 && optional && importID != "" {
		return importID, DefaultNamespace, nil
	}
	if at <= 0 || at == len(importID)-1 {
		return "", "", fmt.Errorf("wrong import ID. Given: %q. Allowed: <id>@<namespace>. Do: terraform import ADDRESS '<id>@default'", importID)
	}
	return importID[:at], importID[at+1:], nil
}
