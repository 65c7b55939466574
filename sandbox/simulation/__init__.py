"""What happens: the clock, requests, nodes' behaviours, measurements and the trace."""
