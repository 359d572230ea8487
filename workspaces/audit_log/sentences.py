"""What each action of the audit log is called in a sentence."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workspaces.models import AuditEvent

# Placeholders: who acted, what the action was about, or a key of the details.
SENTENCES: dict[str, str | Promise] = {
    "access:request:deny": _("%(who)s was refused a page that needs the right “%(right)s”"),
    "accounts:account:delete": _("%(who)s deleted the account of %(what)s"),
    "accounts:account:purge": _("%(who)s deleted the account of %(what)s for good"),
    "accounts:account:restore": _("%(who)s brought the account of %(what)s back"),
    "accounts:email:change": _("%(who)s changed their e-mail address to %(email)s"),
    "accounts:factor:add": _("%(who)s added a second factor"),
    "accounts:factor:codes": _("%(who)s made new recovery codes"),
    "accounts:factor:remove": _("%(who)s removed a second factor"),
    "accounts:factor:reset": _("%(who)s removed all second factors of %(what)s"),
    "accounts:factor:use-code": _("%(who)s used a recovery code; %(count)s are left"),
    "accounts:link:add": _("%(who)s linked an account at %(provider)s"),
    "accounts:link:remove": _("%(who)s removed the link to an account at %(provider)s"),
    "accounts:password:change": _("%(who)s changed their password"),
    "accounts:password:link": _("%(who)s printed a link for a new password of %(what)s"),
    "accounts:password:reset": _("%(who)s set a new password by a link"),
    "accounts:person:add": _("%(who)s added the account of %(what)s"),
    "accounts:person:restore": _("%(who)s let %(what)s sign in again"),
    "accounts:person:rights": _("%(who)s changed the rights of %(what)s over the instance"),
    "accounts:person:suspend": _("%(who)s suspended %(what)s"),
    "accounts:profile:edit": _("%(who)s edited their profile"),
    "accounts:session:end": _("%(who)s signed out"),
    "accounts:session:start": _("%(who)s signed in"),
    "accounts:sessions:end": _("%(who)s ended %(count)s sessions of %(what)s"),
    "audit:access:export": _("%(who)s exported who had access to %(what)s: %(name)s"),
    "audit:chain:begin": _("The chain of this log began; %(count)s events stand before it"),
    "audit:events:remove": _("%(who)s removed %(count)s old events, through number %(through)s"),
    "audit:openings:keep": _(
        "%(who)s kept from removed events who opened or stored %(count)s secrets"
    ),
    "audit:log:export": _("%(who)s exported the audit log as %(action)s"),
    "credentials:address:refuse": _("%(who)s refused to call the address of %(what)s"),
    "credentials:checker:start": _("The checker works again"),
    "credentials:checker:stop": _("The checker stopped"),
    "credentials:checks:leave": _("%(who)s left the %(count)s open checks of a check of many"),
    "credentials:checks:start": _("%(who)s asked to check %(count)s credentials"),
    "credentials:credential:add": _("%(who)s added the credential %(what)s"),
    "credentials:credential:check": _("%(who)s asked to check %(what)s"),
    "credentials:credential:delete": _("%(who)s put %(what)s into the bin"),
    "credentials:credential:edit": _("%(who)s edited %(what)s"),
    "credentials:credential:move_in": _("%(who)s moved %(what)s into the workspace"),
    "credentials:credential:move_out": _("%(who)s moved %(what)s out of the workspace"),
    "credentials:credential:pause": _("%(who)s paused %(what)s"),
    "credentials:credential:purge": _("%(who)s deleted %(what)s for good"),
    "credentials:credential:replace": _("%(who)s replaced the secret of %(what)s"),
    "credentials:credential:restore": _("%(who)s brought %(what)s back from the bin"),
    "credentials:credential:resume": _("%(who)s resumed %(what)s"),
    "credentials:export:allow": _("%(who)s changed who may export"),
    "credentials:export:make": _("%(who)s exported %(count)s credentials as %(purpose)s"),
    "credentials:leaver:settle": _("%(who)s ticked off %(count)s secrets that a leaver knew"),
    "credentials:list:export": _("%(who)s exported the list of credentials as %(action)s"),
    "credentials:many:acknowledge": _("%(who)s acknowledged the state of %(count)s credentials"),
    "credentials:many:ends": _("%(who)s set the end date of %(count)s credentials"),
    "credentials:many:owner": _("%(who)s set the owner of %(count)s credentials"),
    "credentials:many:pause": _("%(who)s paused %(count)s credentials"),
    "credentials:many:resume": _("%(who)s resumed %(count)s credentials"),
    "credentials:many:snooze": _("%(who)s snoozed the notices of %(count)s credentials"),
    "credentials:many:tag": _("%(who)s added tags to %(count)s credentials"),
    "credentials:many:undo": _("%(who)s undid a change of %(count)s credentials"),
    "credentials:many:untag": _("%(who)s removed tags from %(count)s credentials"),
    "credentials:notices:acknowledge": _("%(who)s acknowledged the state of %(what)s"),
    "credentials:notices:hear_again": _("%(who)s unmuted the notices of %(what)s"),
    "credentials:notices:snooze": _("%(who)s snoozed the notices of %(what)s for %(count)s days"),
    "credentials:origin:edit": _("%(who)s changed the rate limit of %(server)s"),
    "credentials:origin:go_on": _("%(who)s ended the pause of %(server)s"),
    "credentials:owners:ask": _("%(who)s asked the owners of %(count)s credentials to act"),
    "credentials:schedule:edit": _("%(who)s changed the schedule"),
    "credentials:secret:bring_back": _("%(who)s brought a former secret of %(what)s back"),
    "credentials:secret:mismatch": _(
        "%(who)s could not open the secret of %(what)s: it is not sealed for this row"
    ),
    "credentials:secret:open": _("%(who)s opened the secret of %(what)s, to %(reason)s"),
    "credentials:server_rule:add": _("%(who)s added a rule for the server %(server)s"),
    "credentials:server_rule:delete": _("%(who)s deleted the rule for the server %(server)s"),
    "credentials:server_rule:edit": _("%(who)s changed the rule for the server %(server)s"),
    "credentials:sign_in:confirm": _(
        "%(who)s confirmed the sign-in host %(sign_in_host)s for %(what)s"
    ),
    "credentials:sign_in:distrust": _(
        "%(who)s asked about the sign-in host %(sign_in_host)s of %(what)s"
    ),
    "credentials:status:change": _("%(what)s changed from %(old_status)s to %(status)s"),
    "credentials:tags:change": _("%(who)s changed the tags of %(what)s"),
    "credentials:trial:start": _("%(who)s tried a login at %(server)s"),
    "credentials:view:add": _("%(who)s saved the view %(what)s"),
    "credentials:view:delete": _("%(who)s deleted the view %(what)s"),
    "credentials:view:edit": _("%(who)s changed the view %(what)s"),
    "instance:backup:continue": _("%(who)s ended the pause after a restore"),
    "instance:backup:restore": _("%(who)s restored a backup that version %(version)s made"),
    "instance:keys:reseal": _("%(who)s sealed %(count)s values again with the key %(new)s"),
    "mails:test_mail:send": _("%(who)s sent a test mail"),
    "notices:preference:change": _("%(who)s changed which notices %(what)s gets"),
    "reports:report:send": _("%(who)s sent the report to %(what)s"),
    "reports:subscription:change": _("%(who)s changed how often %(what)s gets the report"),
    "tokens:token:end": _("%(who)s ended the API token %(what)s: %(reason)s"),
    "tokens:token:make": _("%(who)s made the API token %(what)s"),
    "tokens:token:refuse": _("The API token %(what)s was refused: %(reason)s"),
    "tokens:token:use": _("%(who)s used the API token %(what)s from a new address"),
    "workspaces:invitation:accept": _("%(who)s accepted an invitation, as %(role)s"),
    "workspaces:invitation:send": _("%(who)s invited %(what)s as %(role)s"),
    "workspaces:invitation:withdraw": _("%(who)s withdrew the invitation of %(what)s"),
    "workspaces:member:change": _("%(who)s made %(what)s %(role)s of the organization"),
    "workspaces:member:leave": _("%(who)s left the organization %(organization)s"),
    "workspaces:member:remove": _(
        "%(who)s removed %(what)s from the organization %(organization)s"
    ),
    "workspaces:organization:delete": _("%(who)s deleted the organization %(what)s"),
    "workspaces:organization:factor": _("%(who)s made second factors %(new)s in %(what)s"),
    "workspaces:organization:make": _("%(who)s made the organization %(what)s"),
    "workspaces:organization:purge": _("%(who)s deleted the organization %(what)s for good"),
    "workspaces:organization:rename": _(
        "%(who)s renamed the organization %(old_name)s to %(what)s"
    ),
    "workspaces:organization:restore": _("%(who)s brought the organization %(what)s back"),
    "workspaces:participant:change": _(
        "%(who)s changed the role of %(what)s from %(old_role)s to %(role)s"
    ),
    "workspaces:participant:leave": _("%(who)s left the workspace"),
    "workspaces:participant:remove": _("%(who)s removed %(what)s from the workspace"),
    "workspaces:sample:make": _("%(who)s made a sample"),
    "workspaces:sample:remove": _("%(who)s removed the sample"),
    "workspaces:team:add": _("%(who)s made the team %(name)s"),
    "workspaces:team:delete": _("%(who)s deleted the team %(name)s"),
    "workspaces:team:join": _("%(who)s put %(what)s into the team %(name)s"),
    "workspaces:team:leave": _("%(who)s left the team %(name)s"),
    "workspaces:team:remove": _("%(who)s took %(what)s out of the team %(name)s"),
    "workspaces:team:rename": _("%(who)s renamed the team %(old_name)s to %(name)s"),
    "workspaces:team_role:remove": _("%(who)s took the role %(old_role)s from the team %(name)s"),
    "workspaces:team_role:set": _("%(who)s gave the team %(name)s the role %(role)s"),
    "workspaces:workspace:archive": _("%(who)s archived the workspace %(what)s"),
    "workspaces:workspace:delete": _("%(who)s deleted the workspace %(what)s"),
    "workspaces:workspace:make": _("%(who)s made the workspace %(what)s"),
    "workspaces:workspace:purge": _("%(who)s deleted the workspace %(what)s for good"),
    "workspaces:workspace:rename": _("%(who)s renamed the workspace %(old_name)s to %(what)s"),
    "workspaces:workspace:restore": _("%(who)s brought the workspace %(what)s back"),
    "workspaces:workspace:unarchive": _("%(who)s brought the workspace %(what)s back to work"),
}
ACTORS: dict[str, str | Promise] = {
    "system": _("Lockkeeper"),
    "checker": _("The checker"),
    "command": _("A command on the server"),
    "unsubscribe link": _("An unsubscribe link"),
}
REASONS: dict[str, str | Promise] = {
    "check": _("check it"),
    "adopt": _("store what was tried"),
    "replace": _("replace it"),
    "confirm": _("confirm its sign-in host"),
    "try": _("try it"),
    "bring back": _("bring it back"),
    "export": _("export it"),
    "fetch": _("give it to a program"),
}
"""Why a secret was opened."""
OTHER = _("%(who)s did %(action_code)s with %(what)s")
"""An action of a version that this one does not know."""
UNKNOWN = "–"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence; who acted and what it was about stand out."""

    text: str
    is_strong: bool = False


def sentence_of(event: AuditEvent) -> list[Piece]:
    """The event in one sentence. What is not in the event is shown as unknown."""
    strong, values = _main(event), _details(event)
    parts = []
    for place, text in enumerate(PLACEHOLDER.split(_pattern(event))):
        if place % 2 == 0:
            parts.append(Piece(text))
        else:
            parts.append(Piece(strong.get(text) or values.get(text) or UNKNOWN, text in strong))
    return [part for part in parts if part.text]


def placeholders(event: AuditEvent) -> frozenset[str]:
    """The keys of the details that the sentence says."""
    return frozenset(PLACEHOLDER.findall(_pattern(event)))


def plain_sentence(event: AuditEvent) -> str:
    """The same as one text."""
    return "".join(part.text for part in sentence_of(event))


def _pattern(event: AuditEvent) -> str:
    return str(SENTENCES.get(event.action, OTHER))


def _main(event: AuditEvent) -> dict[str, str]:
    who, what = event.actor_label, event.target_label
    if event.target_type == "user":
        what = _name(what)
    return {"who": str(ACTORS.get(who, _name(who))), "what": what or UNKNOWN}


def _name(label: str) -> str:
    """The name of a person without the e-mail address."""
    return label.rpartition(" <")[0] or label


def _details(event: AuditEvent) -> dict[str, str]:
    values = {
        key: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in event.details.items()
    }
    values["action_code"] = event.action
    if "reason" in values:
        values["reason"] = str(REASONS.get(values["reason"], values["reason"]))
    return values
