//go:build wasip1

package sockaddr

// Stand-in: go-sockaddr has no variant of these for wasip1, where there are no network interfaces to ask.

// NewRouteInfo says that there is no route.
func NewRouteInfo() (routeInfo, error) {
	return routeInfo{}, ErrNoRoute
}

// GetDefaultInterfaceName says that there is no interface.
func (ri routeInfo) GetDefaultInterfaceName() (string, error) {
	return "", ErrNoInterface
}
