"""What a provider consists of: texts, kinds of secret, scopes, rules and own requests."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import StrEnum

from registry.addresses.origins import Origin
from registry.conversation import OK, Conversation
from registry.outcome import Outcome
from registry.protocol.http import Request, Response
from registry.providers.token_choice import TokenChoice, TokenForm, no_form
from registry.rules.common import COMMON
from registry.rules.failures import TLS_RULES
from registry.rules.own import FOUND
from registry.rules.rule import FAILURES, UNEXPECTED, Rule
from registry.secret import Secret
from registry.secret_kinds.kind import TokenKind

#: Takes the conversation, the realm's origin and the realm's path; returns True if the check
#: continues. May send requests.
Introspect = Callable[[Conversation, Origin, str], Generator[Request, Response, bool]]

#: Takes the same as :data:`Introspect`. Runs only if the grant of the sign-in leaves the need open.
Reach = Callable[[Conversation, Origin, str], Generator[Request, Response, None]]

#: Exchanges the stored secret for the user name and password that the registry accepts; returns
#: True if the check continues. May send requests.
Exchange = Callable[[Conversation], Generator[Request, Response, bool]]

#: Takes the conversation and the token of a sign-in; returns True if the check continues.
ReadToken = Callable[[Conversation, Secret], bool]

#: Takes a registry's host name; returns the origins of the APIs that belong to it.
ApisFor = Callable[[str], tuple[Origin, ...]]

#: Takes a host name; returns the registry's real one if people write it as the first, else empty.
RealHost = Callable[[str], str]

#: A value of ``Provider.service`` that matches every service.
ANY_SERVICE = "*"


def _no_apis(_host: str) -> tuple[Origin, ...]:
    return ()


def _is_real(_host: str) -> str:
    return ""


class Push(StrEnum):
    """How a check finds out if a login may push, without ever pushing."""

    CLAIM = "claim"  # the token of a sign-in that asks for push names what was granted
    SPLIT = "split"  # a sign-in that asks for push alone is refused if the login may not push
    WHOLE = "whole"  # every token names all that is granted, whatever was asked for
    SCOPES = "scopes"  # the provider's API, or its token, names the scopes
    NEVER = "never"  # nobody can push to this registry
    UNSEEN = "unseen"  # only a push would show it, so it stays unknown


@dataclass(frozen=True)
class ProviderScope:
    """The provider's scopes for one action."""

    #: "pull" or "push".
    action: str
    #: The scope with the fewest rights that allows the action; a person is advised to ask for it.
    least: str
    #: Every scope that allows the action, ``least`` included.
    enough: frozenset[str]
    #: Scopes that do not count as excess when the token has them too.
    harmless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AccessLevel:
    """The lowest role in a project that allows one action."""

    #: "pull" or "push".
    action: str
    #: The provider's number of the role; a higher number has more rights.
    level: int
    #: The provider's name of the role.
    label: str


@dataclass(frozen=True)
class OutcomeWords:
    """What a provider says on an outcome: its own advice, or why the general words fit.

    The advice stands in the place of the general one, wherever no rule of the provider decided.
    """

    outcome: Outcome
    #: Keys of the provider's advice, in the order of reading.
    advice: tuple[str, ...] = ()
    #: A sentence for the provider's page: why the general words fit. Empty if it has advice.
    reason: str = ""


@dataclass(frozen=True)
class Provider:
    """One provider. The form, its help, the checks and the documentation follow from this value."""

    #: Identifies the provider; stored with each credential.
    slug: str
    #: The provider's name, as people read it.
    label: str
    #: One sentence: which registries these are.
    summary: str

    #: Label of the form's field for the user name.
    username_label: str = "User name"
    #: Help below that field.
    username_help: str = ""
    #: An example of a user name.
    username_example: str = ""
    #: The one user name that nearly every login of this provider has; empty if there is none.
    usual_username: str = ""
    #: Label of the form's field for the secret.
    secret_label: str = "Password"  # noqa: S105  # a label
    #: Help below that field: which token to create, with which rights.
    secret_help: str = ""
    #: The kind of secret that is best to store, as the object of a sentence.
    recommended: str = "a token with the least rights"
    #: Key of the advice if a scope is missing.
    missing_scope: str = "do_new_scopes"
    #: Key of the advice if the login has excess rights.
    fewer_rights: str = "do_fewer_rights"
    #: Key of the advice how to make the sign-in's tokens live longer, where a long push is known
    #: to outlive them; empty elsewhere.
    token_life: str = ""
    #: An example of a server.
    server_example: str = "registry.example.org"
    #: An example of a repository.
    repository_example: str = "team/app"

    #: Patterns of host names: a registry whose whole name matches is this provider's.
    hosts: tuple[str, ...] = ()
    #: The real name of a registry that people write in another way; such a name is never called.
    real_host: RealHost = _is_real
    #: Pairs (web host, registry host): people type the first, and mean the second.
    web_hosts: tuple[tuple[str, str], ...] = ()
    #: The server of the provider's own service; empty: each customer has another one.
    cloud_server: str = ""
    #: True if people run this registry on servers of their own, too.
    self_hosted: bool = False
    #: Pairs (registry host, sign-in host) that are trusted without a question.
    realms: tuple[tuple[str, str], ...] = ()
    #: Pattern of the end of a realm's path. With ``service``, it identifies a self-hosted registry
    #: by its challenge; empty: a challenge never identifies this provider.
    realm_path: str = ""
    #: The service in that challenge; empty: the registry's own host; :data:`ANY_SERVICE`: any.
    service: str = ""

    #: The kinds of secret, most specific first: the first one that fits counts.
    kinds: tuple[TokenKind, ...] = ()
    #: The scopes for each action; empty if the provider names none.
    scopes: tuple[ProviderScope, ...] = ()
    #: The roles for each action; empty if the provider names none.
    roles: tuple[AccessLevel, ...] = ()
    #: The provider's own rules; they come before the common ones.
    rules: tuple[Rule, ...] = ()
    #: Keys of the causes for which the user name is at fault and the secret may be right.
    username_causes: frozenset[str] = frozenset()
    #: What is said on the outcomes that its own rules do not word.
    outcomes: tuple[OutcomeWords, ...] = ()

    #: A user name that cannot sign in, and whose failed login is never counted; empty: none known.
    probe_username: str = ""
    #: True: the first sign-in names the repository. False: a second sign-in does.
    scope_at_once: bool = False
    #: How a check finds out if a login may push.
    push: Push = Push.CLAIM
    #: True: a sign-in that asks for push may create a repository that does not exist (GitLab, Quay,
    #: and registries that we do not know). Then only a repository that this check saw is asked for.
    push_creates: bool = True
    #: Origins of the provider's APIs. They are asked only about the provider's own registries.
    apis: tuple[Origin, ...] = ()
    #: Origins of the APIs that follow from the registry's name.
    apis_for: ApisFor = _no_apis
    #: Asks the provider's API about the secret, before the sign-in.
    introspect: Introspect | None = None
    #: Asks the provider's API for the role in the project of the needed repository.
    reach: Reach | None = None
    #: Exchanges the stored secret for another login, before the sign-in.
    exchange: Exchange | None = None
    #: Reads what only this provider writes into the tokens of its sign-in.
    read_token: ReadToken | None = None

    #: Whether a check can see when the login was last used; a sentence for the provider's page.
    last_use: str = "A check cannot see it."

    #: Address of the page where the provider creates or explains tokens.
    token_page: str = ""
    #: Address of the page that creates a token on this server, filled in.
    token_form: TokenForm = no_form
    #: The kinds of token that a person may choose, the best one first. A page of theirs that is
    #: known comes before ``token_form``.
    choices: tuple[TokenChoice, ...] = ()
    #: Sentences that hold for all of them.
    choice_notes: tuple[str, ...] = ()
    #: The sources of these facts.
    facts_from: str = ""
    #: True only if a check was seen to work against the real service.
    tried: bool = False

    @property
    def only_server(self) -> str:
        """The server that every login of this provider is for; empty if there are several."""
        return "" if self.self_hosted else self.cloud_server

    @property
    def adds_rights_later(self) -> bool:
        """True if a missing right is granted to the login that there is, which stays the same."""
        return self.missing_scope != Provider.missing_scope

    def blames_username(self, cause: str) -> bool:
        """True if the user name is at fault, and the secret may be right, for this cause."""
        return cause == "cause_username_wanted" or cause in self.username_causes

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """Every rule that can fit an answer: the provider's own, then the common ones."""
        return self.rules + COMMON

    def rule(self, name: str) -> Rule:
        """Return the rule of this name; :data:`UNEXPECTED` if no table has that name (any more)."""
        rules = (*self.all_rules, *FOUND, *FAILURES.values(), *TLS_RULES.values(), OK)
        return next((rule for rule in rules if rule.name == name), UNEXPECTED)

    def advice_on(self, outcome: Outcome) -> tuple[str, ...]:
        """Return the keys of this provider's advice on an outcome; none: the general one fits."""
        return next((words.advice for words in self.outcomes if words.outcome is outcome), ())

    def serves(self, host: str) -> bool:
        """True if the host name alone identifies a registry of this provider."""
        names = (host, self.real_host(host))
        return any(re.fullmatch(pattern, name) for pattern in self.hosts for name in names)

    def signs_in_at(self, path: str, service: str, server: Origin) -> bool:
        """True if this realm path and service in a server's challenge identify this provider."""
        if not self.realm_path or not re.fullmatch(f".*{self.realm_path}", path):
            return False
        own = (server.host, server.netloc)
        return service in ((self.service,) if self.service else own) or self.service == ANY_SERVICE

    def own_apis(self, host: str) -> tuple[Origin, ...]:
        """Return the origins of the APIs that may get a secret of this registry.

        There are none unless the host name is the provider's own: the provider must not get the
        secret of another registry.
        """
        return (*self.apis, *self.apis_for(host)) if self.serves(host) else ()

    def least_scopes(self, actions: frozenset[str]) -> tuple[str, ...]:
        """Return the least scope for each of these actions; without scopes, the sorted actions."""
        named = tuple(scope.least for scope in self.scopes if scope.action in actions)
        return named or tuple(sorted(actions))
