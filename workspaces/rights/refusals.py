"""The exceptions of refused actions, each with a sentence for the person."""

from collections.abc import Sequence
from datetime import datetime


class Refusal(Exception):
    """An action was refused and changed nothing. ``words`` say why, and what to do instead."""

    words = "This cannot be done."
    field = ""

    def __init__(self, words: str = "") -> None:
        self.words = words or self.words
        super().__init__(self.words)


class NotAllowed(Refusal):
    """The role of the person does not have the right, or no longer has it."""

    words = "Your role in this workspace does not allow this."


class LastOwner(Refusal):
    """The organization or workspace would have no owner."""

    words = "This is the last owner. Make somebody else owner first."
    field = "role"


class LastAdministrator(Refusal):
    """The instance would have no administrator who may sign in."""

    words = "This is the last administrator. Make somebody else administrator first."


class AlreadyDeleted(Refusal):
    """The account is deleted, and can be brought back."""

    words = "This account is deleted. Bring it back first."


class NeedsFactor(Refusal):
    """The person needs a second factor for this. ``words`` say for what."""


class NeedsOwner(Refusal):
    """Organizations would have no owner who may sign in. ``words`` name them."""

    def __init__(self, organizations: Sequence[str]) -> None:
        names = ", ".join(organizations)
        super().__init__(f"This is the only owner of {names}. Choose who owns it from now on.")


class SlugTaken(Refusal):
    """Another organization or workspace has this slug."""

    words = "This address is taken. Choose another one."
    field = "slug"


class TooMany(Refusal):
    """The operator's limit is reached. ``words`` get its number."""

    def __init__(self, most: int) -> None:
        super().__init__(self.words.format(most=most))


class TooManyOrganizations(TooMany):
    """The person has made as many organizations as the operator allows."""

    words = (
        "You have made {most} organizations, and no more are allowed here. Ask the administrators "
        "of this Lockkeeper for more."
    )


class TooManyWorkspaces(TooMany):
    """The organization has as many workspaces as the operator allows."""

    words = (
        "This organization has {most} workspaces, and no more are allowed here. Ask the "
        "administrators of this Lockkeeper for more."
    )


class ArchivedMeanwhile(Refusal):
    """The workspace was archived after the page was opened."""

    words = "This workspace is archived now: it is read only. An owner can bring it back."


class TeamNameTaken(Refusal):
    """The organization has a team of this name, however it is capitalized."""

    words = "There is a team of this name already. Choose another one."
    field = "name"


class PersonalWorkspace(Refusal):
    """A personal workspace cannot be shared or renamed."""

    words = "A personal workspace is shared with nobody."


class AddressTaken(Refusal):
    """An account with this e-mail address exists."""

    words = "There is an account with this address already. Sign in with it."
    field = "email"


class AlreadyThere(Refusal):
    """The invited person already has a role in the workspace."""

    words = "This person is in the workspace already."
    field = "email"


class AlreadyInvited(Refusal):
    """An invitation to this address is still open."""

    words = "An invitation to this address is open already. Withdraw it to send another one."
    field = "email"


class TooManyInvitations(Refusal):
    """The person has sent the maximum number of invitations for a day."""

    words = "You have sent as many invitations as a day allows. Go on tomorrow."
    field = "email"


class InvitedOften(Refusal):
    """The address has got the maximum number of invitations for an hour or a day."""

    words = "This address has got several invitations lately. Send this one later."
    field = "email"


class TooManyTestMails(Refusal):
    """The person has sent the maximum number of test mails; ``free_at``: when the next may go."""

    words = "That was often enough for now. Send the next one in a few minutes."

    def __init__(self, free_at: datetime) -> None:
        super().__init__()
        self.free_at = free_at


class InvitationGone(Refusal):
    """The invitation is accepted, expired, withdrawn or unknown. The page does not say which."""

    words = "This invitation is no longer open. Ask for a new one."


class WrongPerson(Refusal):
    """The invitation is for another address."""

    words = "This invitation is for another address. Sign in with the account it was sent to."


class OrganizationsClosed(Refusal):
    """On this instance only administrators may add organizations."""

    words = "On this instance only administrators make organizations."
