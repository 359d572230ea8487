"""Every forbidden network by its first, middle and last address."""

from registry.egress.networks import NEVER, PRIVATE, Block

NETWORKS = NEVER + PRIVATE


def edges(block: Block) -> list[str]:
    """First, middle and last address of a block."""
    middle = block.network_address + (block.num_addresses // 2)
    return [str(a) for a in (block.network_address, middle, block.broadcast_address)]


def edges_of(blocks: tuple[Block, ...]) -> list[str]:
    """The edges of several blocks, each address once."""
    return list(dict.fromkeys(address for block in blocks for address in edges(block)))
