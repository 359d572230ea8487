"""What GitLab keeps of the uses of an access token: one time, and the last addresses."""

from datetime import datetime, timedelta

from tests.stand_ins.gitlab.flags import Flags
from tests.stand_ins.gitlab.tokens import AccessToken

ADDRESS_AFTER = timedelta(minutes=1)
MOST_ADDRESSES = 5


def note_use(token: AccessToken, ip: str, now: datetime, flags: Flags) -> None:
    """Note a use; soon after another one neither its time nor a new address is kept.

    As app/services/personal_access_tokens/last_used_service.rb, 17 to 19: the address first, then
    the time.
    """
    last = token.last_used_at
    is_listed = last is not None and ip in token.last_used_ips
    if not is_listed and (last is None or last <= now - ADDRESS_AFTER):
        token.last_used_ips = [*token.last_used_ips, ip][-MOST_ADDRESSES:]
    if last is None or last <= now - flags.use_kept_every:
        token.last_used_at = now
