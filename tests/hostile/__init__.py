"""The zoo: servers, names and addresses that mean us harm, and what must not come of them."""
