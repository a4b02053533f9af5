// A package among our dependencies puts the HTTP client that it brings under the global fetch, unless fetch was used
// before; that client fails over connections that a server closes early. Use fetch, so that it is Node's own.
await fetch('data:,');
