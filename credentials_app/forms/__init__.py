"""The forms: each reads its fields and makes one value for an action."""

from credentials_app.forms.credential import CredentialForm
from credentials_app.forms.deletion import DeletionForm
from credentials_app.forms.replacement import ReplaceForm
from credentials_app.forms.server_rule import ServerRuleForm
from credentials_app.forms.sign_in import ConfirmSignInForm

__all__ = ["ConfirmSignInForm", "CredentialForm", "DeletionForm", "ReplaceForm", "ServerRuleForm"]
