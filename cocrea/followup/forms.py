"""The shape of what people send about roadmaps and progress."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from cocrea.core.forms import Form, line, members, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.followup.models import (
    TRANSITIONS,
    Activity,
    ActivityStatus,
    Assessment,
    Completion,
    EarlyResults,
    KeyAction,
    Potential,
    ReportKind,
)
from cocrea.followup.operations import (
    REASONS_LIMIT,
    REPORT_LIMIT,
    ActionText,
    ActivityText,
    Coding,
    Report,
    WholeReport,
    action_text,
    activity_text,
    coding_of,
    state_of,
)

REQUIRED, CHOOSE = _l("Este dato hace falta."), _l("Elige una opción.")
PESOS = re.compile(r"\d{1,3}(,\d{3})+|\d{1,16}", re.ASCII)
YES, NO = "yes", "no"
YES_OR_NO = ((YES, _l("Sí")), (NO, _l("No")))


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


class StepForm(Form):
    """What can be said of one activity as of several."""

    status = RadioField(_l("¿Cómo está ahora?"), default="", validate_choice=False)
    text = paragraph(
        _l("¿Qué se ha hecho?"),
        required=False,
        limit=500,
        description=_l("Es público. Obligatorio si la actividad retrocede, o si respondes a una objeción."),
    )
    title = line(
        _l("¿Qué muestra tu evidencia?"),
        required=False,
        description=_l("Por ejemplo: «Padrón de mayo, publicado el día 3»."),
    )
    url = line(_l("Enlace"), required=False, limit=500, description=_l("Empieza con https://"))


class SeveralForm(StepForm):
    """The same report of several activities; which ones they are, and how they stood, comes beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = (status for status in ActivityStatus if status is not ActivityStatus.VERIFIED)
        self.status.choices = [SelectChoice("", _l("Cada una sigue como está")), *members(steps)]

    def validate_status(self, field: Any) -> None:
        if (field.data or "") not in {choice.value for choice in field.choices}:
            raise ValidationError(str(_l("Elige una de las opciones.")))

    def content(self) -> Report:
        status = None if self.status.errors else self.status.data
        return Report(
            ActivityStatus(status) if status else None,
            self.text.data or "",
            self.title.data or "",
            self.url.data or "",
        )


class ReportForm(StepForm):
    """All that an official reports of an activity in one go. `base` is the state that the writer began from."""

    upload = FileField(
        _l("O un archivo"), description=_l("PDF, imagen, texto u hoja de cálculo. Cualquiera podrá descargarlo.")
    )
    spent = line(
        _l("¿Cuánto se ha gastado hasta hoy?"),
        required=False,
        limit=40,
        description=_l(
            "El total desde que empezó la actividad, en pesos completos. Si no se sabe, déjalo en blanco."
        ),
        render_kw={"inputmode": "numeric"},
    )
    spent_note = line(
        _l("Nota sobre el gasto"), required=False, limit=500, description=_l("Por ejemplo, de dónde sale la cifra.")
    )
    base = HiddenField()

    def offer(self, activity: Activity) -> None:
        """The steps that the table allows; `unchanged` is what is sent where none is taken."""
        steps = TRANSITIONS[activity.status]
        unchanged = SelectChoice("", _l("Sigue igual: %(status)s", status=activity.status.label))
        self.status.choices = [unchanged, *members(status for status in ActivityStatus if status in steps)]
        self._known = {"", activity.status.value, *(status.value for status in steps)}

    def start_from(self, activity: Activity) -> None:
        self.base.data = state_of(activity)

    def validate_status(self, field: Any) -> None:
        """The present one too: the same form sent again finds it taken."""
        if (field.data or "") not in self._known:
            raise ValidationError(str(_l("Elige una de las opciones.")))

    def validate_spent(self, field: Any) -> None:
        if field.data and not PESOS.fullmatch(_bare(field.data)):
            raise ValidationError(
                str(_l("Escribe el monto en pesos completos, sin centavos. Por ejemplo: 1,250,000."))
            )

    def content(self) -> Report:
        """What was filled in; a status or an amount that cannot be read is left out, and its field says so."""
        status, spent = (None if field.errors else field.data for field in (self.status, self.spent))
        return Report(
            ActivityStatus(status) if status else None,
            self.text.data or "",
            self.title.data or "",
            self.url.data or "",
            self.upload.data or None,
            int(_bare(spent).replace(",", "")) if spent else None,
            self.spent_note.data or "",
        )

    def ask_for_the_file_again(self) -> None:
        """Browsers send a file once: beside its field, where what was sent comes back."""
        if self.upload.data and not self.upload.errors:
            self.upload.errors = [_l("Vuelve a elegir el archivo: todavía no se guardó.")]


def _bare(amount: str) -> str:
    """Without the sign of pesos, blanks, and cents where there are none."""
    return amount.replace("$", "").replace(" ", "").removesuffix(".00")


class OfferForm(Form):
    """A link or a file that shows that something was done, from somebody who does not answer for the activity."""

    within = "ofrecida"

    title = line(_l("¿Qué muestra?"), description=_l("Por ejemplo: «Padrón de mayo, publicado el día 3»."))
    url = line(_l("Enlace"), required=False, limit=500, description=_l("Empieza con https://"))
    upload = FileField(
        _l("O un archivo"), description=_l("PDF, imagen, texto u hoja de cálculo. Cualquiera podrá descargarlo.")
    )


class DeclineForm(Form):
    """Why what was offered does not show; a page has one for each offer that waits."""

    reason = line(_l("¿Por qué no se muestra?"), limit=500, description=_l("Lo lee solo quien la ofreció."))

    def __init__(self, offer_id: int, **kwargs: Any) -> None:
        self.offer_id, self.within = offer_id, f"ofrecida-{offer_id}"
        super().__init__(**kwargs)


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


class ImportForm(Form):
    """A file of commitments, or the one that was read and shown: `carried` is what it says, `base` what stood there."""

    file = FileField(
        _l("Archivo"), [Optional()], description=_l("JSON, CSV, Excel (XLSX) u OpenDocument (ODS), de hasta 2 MB.")
    )
    is_changing = BooleanField(
        _l("Cambiar también los borradores que difieren"),
        description=_l("Cada uno quedará como dice el archivo. Lo que decía se conserva en sus versiones."),
    )
    carried = HiddenField()
    base = HiddenField()


class WholeReportForm(Form):
    """A report of the whole commitment, or what corrects one."""

    kind = RadioField(_l("¿Qué informe es?"), [InputRequired(CHOOSE)], choices=members(ReportKind))
    starts_on = DateField(_l("Informa desde"), [InputRequired(REQUIRED)])
    ends_on = DateField(_l("Informa hasta"), [InputRequired(REQUIRED)])
    body = paragraph(
        _l("Informe"),
        limit=REPORT_LIMIT,
        description=_l("Qué se hizo, qué falta y por qué, y qué cambió para la gente. Puedes usar Markdown."),
    )
    reason = line(
        _l("Por qué se corrige"),
        required=False,
        limit=500,
        description=_l("Solo si ese informe ya se publicó. Es pública, y lo que decía antes se sigue leyendo."),
    )

    def content(self) -> WholeReport:
        return WholeReport(ReportKind(self.kind.data), self.starts_on.data, self.ends_on.data, self.body.data or "")


class AssessmentForm(Form):
    """What an independent evaluator finds, code by code. `helps` says in plain words what each answer means."""

    is_verifiable = RadioField(
        _l("¿Es verificable?"),
        [InputRequired(CHOOSE)],
        choices=pairs(YES_OR_NO),
        description=_l("Si lo que promete está escrito de modo que cualquiera pueda comprobar si se hizo."),
    )
    has_open_government_lens = RadioField(
        _l("¿Tiene perspectiva de gobierno abierto?"),
        [InputRequired(CHOOSE)],
        choices=pairs(YES_OR_NO),
        description=_l(
            "Si abre información, escucha a la gente o permite pedir cuentas; no basta que el gobierno trabaje mejor "
            "por dentro."
        ),
    )
    potential = RadioField(
        _l("¿Cuánto cambiaría si se cumple entero?"),
        [InputRequired(CHOOSE)],
        choices=members(Potential),
        description=_l("Su potencial de resultados: mira lo que promete, no lo que se ha hecho."),
    )
    completion = RadioField(
        _l("¿Cuánto se ha cumplido?"),
        [InputRequired(CHOOSE)],
        choices=members(Completion),
        description=_l("Lo que tú compruebas con la evidencia, diga lo que diga la institución."),
    )
    early_results = RadioField(
        _l("¿Qué ha cambiado ya?"),
        [InputRequired(CHOOSE)],
        choices=members(EarlyResults),
        description=_l("Los primeros resultados: lo que es distinto para la gente, no las actividades hechas."),
    )
    reasons = paragraph(
        _l("¿En qué te basas?"),
        limit=REASONS_LIMIT,
        description=_l("Qué evidencia viste, a quién preguntaste y qué te faltó ver. Es público, con tu nombre."),
    )
    report = FileField(_l("Informe"), description=_l("Un PDF que cualquiera podrá descargar."))

    helps: ClassVar[dict[str, dict[str, Any]]] = {
        "is_verifiable": {
            YES: _l("Dice qué se hará, quién y para cuándo, y con qué se comprueba."),
            NO: _l("Tal como está escrito, no habría manera de saber si se cumplió."),
        },
        "has_open_government_lens": {
            YES: _l("Aporta a la transparencia, la participación o la rendición de cuentas."),
            NO: _l("Puede ser útil, pero no abre nada a la gente."),
        },
        "potential": {
            Potential.UNCLEAR: _l("Sigue como está lo que ya se hace, o no se entiende qué cambiaría."),
            Potential.MODEST: _l("Un avance bueno, pero limitado o de alcance pequeño."),
            Potential.SUBSTANTIAL: _l("Cambiaría las reglas o la práctica en todo el asunto que atiende."),
        },
        "completion": {
            Completion.NO_EVIDENCE: _l("No hay con qué saberlo: nadie entregó ni publicó pruebas."),
            Completion.NOT_STARTED: _l("Hay pruebas, y muestran que no se ha empezado."),
            Completion.LIMITED: _l("Se empezó, pero falta la mayor parte."),
            Completion.SUBSTANTIAL: _l("Se hizo la mayor parte; falta algo que importa."),
            Completion.COMPLETE: _l("Se hizo todo lo prometido."),
        },
        "early_results": {
            EarlyResults.NO_NOTABLE: _l("Todavía no se nota un cambio, o es pronto para decirlo."),
            EarlyResults.MODERATE: _l("Algo ya cambió, aunque sea poco o en pocos lugares."),
            EarlyResults.SIGNIFICANT: _l("El cambio ya se nota, y parece que va a durar."),
        },
    }

    def coding(self) -> Coding:
        return Coding(
            is_verifiable=self.is_verifiable.data == YES,
            has_open_government_lens=self.has_open_government_lens.data == YES,
            potential=Potential(self.potential.data),
            completion=Completion(self.completion.data),
            early_results=EarlyResults(self.early_results.data),
            reasons=self.reasons.data or "",
        )

    def start_from(self, assessment: Assessment) -> None:
        """Begin with what was said last; the report is given anew."""
        said = coding_of(assessment)
        self.is_verifiable.data = YES if said.is_verifiable else NO
        self.has_open_government_lens.data = YES if said.has_open_government_lens else NO
        self.potential.data, self.completion.data = said.potential.value, said.completion.value
        self.early_results.data, self.reasons.data = said.early_results.value, said.reasons
