"""The form that asks which credential an image gets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.messages import text_of
from credentials_app.serving import Wish
from registry.protocol.image import MAX_LENGTH, ImageError, ImageName, parse_image
from workspaces.plain_form import PlainForm

WISHES = [(Wish.PULL.value, _("Pull")), (Wish.PUSH.value, _("Pull and push"))]


class ImageForm(PlainForm):
    """An image as people write it, and what they will do with it."""

    image = forms.CharField(
        label=_("Image"),
        max_length=MAX_LENGTH,
        error_messages={
            "required": _(
                "Type the name of an image, for example registry.example.org/team/app:1.4."
            )
        },
        help_text=_("As a pull would name it. The tag does not matter."),
        widget=forms.TextInput(
            attrs={
                "class": "mono",
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "none",
                "placeholder": "registry.example.org/team/app:1.4",
            }
        ),
    )
    need = forms.ChoiceField(
        label=_("It will"), choices=WISHES, required=False, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"need": Wish.PULL.value})

    def clean_image(self) -> ImageName:
        """The parsed name."""
        try:
            return parse_image(self.cleaned_data["image"])
        except ImageError as fault:
            raise forms.ValidationError(text_of(fault.message)) from None

    @property
    def wish(self) -> Wish:
        """What it will do; pull if nothing is chosen."""
        return Wish(self.cleaned_data.get("need") or Wish.PULL.value)
