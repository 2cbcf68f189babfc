"""The shape of what people send about roadmaps and progress."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from cocrea.core.forms import Form, line
from cocrea.core.i18n import lazy as _l
from cocrea.followup.models import Activity, KeyAction
from cocrea.followup.operations import ActionText, ActivityText, action_text, activity_text

REQUIRED = _l("Este dato hace falta.")


class ActionForm(Form):
    """A key action. `base` is the fingerprint of the text the writer began from."""

    title = line(
        _l("Acción clave"), limit=300, description=_l("Un resultado parcial. Por ejemplo: «Padrón publicado».")
    )
    weight = IntegerField(
        _l("Peso"), [InputRequired(REQUIRED)], description=_l("De 1 a 100. Los pesos de todas suman 100.")
    )
    base = HiddenField()

    def content(self) -> ActionText:
        return ActionText(self.title.data or "", self.weight.data or 0)

    def start_from(self, action: KeyAction) -> None:
        self.base.data = action_text(action).fingerprint


class ActivityForm(Form):
    """An activity. `base` is the fingerprint of the text the writer began from."""

    title = line(_l("Actividad"), limit=300, description=_l("Un paso concreto que alguien puede comprobar."))
    responsible_id = SelectField(_l("Quién responde"), coerce=int)
    starts_on = DateField(_l("Inicia"), [InputRequired(REQUIRED)])
    ends_on = DateField(_l("Termina"), [InputRequired(REQUIRED)])
    means_of_verification = line(
        _l("Medio de verificación"),
        required=False,
        limit=300,
        description=_l("El documento, enlace o registro que lo probará."),
    )
    base = HiddenField()

    def content(self) -> ActivityText:
        return ActivityText(
            self.title.data or "",
            self.responsible_id.data or None,
            self.starts_on.data,
            self.ends_on.data,
            self.means_of_verification.data or "",
        )

    def start_from(self, activity: Activity) -> None:
        self.base.data = activity_text(activity).fingerprint


class StatusForm(Form):
    """A step of the status. Views offer the steps that the table allows."""

    status = RadioField(_l("¿Cómo está ahora?"), [InputRequired(_l("Elige una opción."))])
    reason = line(
        _l("Razón"), required=False, limit=500, description=_l("Obligatoria si la actividad retrocede. Es pública.")
    )


class EvidenceForm(Form):
    """A link or a file that shows that something was done."""

    title = line(_l("¿Qué muestra?"), description=_l("Por ejemplo: «Padrón de mayo, publicado el día 3»."))
    url = line(_l("Enlace"), required=False, limit=500, description=_l("Empieza con https://"))
    upload = FileField(
        _l("O un archivo"), description=_l("PDF, imagen, texto u hoja de cálculo. Cualquiera podrá descargarlo.")
    )


class VerdictForm(Form):
    """The counterpart's judgement."""

    within = "veredicto"

    verdict = RadioField(
        _l("Tu veredicto"),
        [InputRequired(_l("Elige una opción."))],
        choices=[
            SelectChoice("verify", _l("Verificar: la evidencia muestra lo prometido")),
            SelectChoice("dispute", _l("Objetar: todavía no está completa")),
        ],
    )
    reason = line(_l("Razón"), required=False, limit=500, description=_l("Obligatoria si objetas. Es pública."))
