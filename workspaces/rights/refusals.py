"""Why a deed was not done, in words for the person who asked for it."""


class Refused(Exception):
    """Nothing was changed. ``words`` say why and, where there is one, the way on."""

    words = "This cannot be done."
    field = ""

    def __init__(self, words: str = "") -> None:
        self.words = words or self.words
        super().__init__(self.words)


class NotAllowed(Refused):
    """The person's role gives no such right (any more)."""

    words = "Your role in this workspace does not allow this."


class LastOwner(Refused):
    """A place would be left without an owner."""

    words = "This is the last owner. Make somebody else owner first."
    field = "role"


class SlugTaken(Refused):
    """Another place has this address."""

    words = "This address is taken. Choose another one."
    field = "slug"


class PersonalWorkspace(Refused):
    """A personal workspace is shared with nobody and keeps its name."""

    words = "A personal workspace is shared with nobody."


class AddressTaken(Refused):
    """There is an account with this e-mail address."""

    words = "There is an account with this address already. Sign in with it."
    field = "email"


class AlreadyThere(Refused):
    """The invited person takes part already."""

    words = "This person is in the workspace already."
    field = "email"


class AlreadyInvited(Refused):
    """An open invitation waits at this address."""

    words = "An invitation to this address is open already. Withdraw it to send another one."
    field = "email"


class TooManyInvitations(Refused):
    """The day's invitations of one person are used up."""

    words = "You have sent as many invitations as a day allows. Go on tomorrow."
    field = "email"


class InvitationGone(Refused):
    """Used, expired, withdrawn, or never there: a stranger is not told which."""

    words = "This invitation is no longer open. Ask for a new one."


class WrongPerson(Refused):
    """The invitation is for another address."""

    words = "This invitation is for another address. Sign in with the account it was sent to."


class OrganizationsClosed(Refused):
    """Only administrators make organizations on this instance."""

    words = "On this instance only administrators make organizations."
