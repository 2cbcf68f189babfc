"""How to write each field of a commitment: what to put, one example that helps and one that does not."""

from __future__ import annotations

from cocrea.core.i18n import lazy as _l
from cocrea.proposals.guide import Guide

GUIDES: dict[str, Guide] = {
    "title": Guide(
        _l("Di en una frase qué será distinto cuando se cumpla, y para quién. Empieza con un verbo."),
        _l("Avisar cada día, barrio por barrio, cuándo llega el agua en Tlaxiaco."),
        _l("Fortalecimiento del sector hídrico. (Cualquier cosa cabría, y nadie sabría si se cumplió.)"),
    ),
    "problem": Guide(
        _l("Cuenta qué pasa, a quién le pasa y desde cuándo. Cita las problemáticas de la consulta por su clave."),
        _l(
            "En 18 barrios el agua llega cada doce o quince días y sin aviso. Unas 3,000 familias compran pipas y "
            "pagan recibos por días sin agua."
        ),
        _l("Existe una problemática relacionada con el servicio. (No dice qué duele ni a quién.)"),
    ),
    "causes": Guide(
        _l("Pregunta «¿y eso por qué?» hasta llegar a algo que se pueda cambiar. Una causa por renglón."),
        _l("- El calendario real no se publica.\n- Nadie está obligado a avisar cuando falla el bombeo."),
        _l("Falta de voluntad y de recursos. (Vale para cualquier problema: no dice qué cambiar.)"),
    ),
    "body": Guide(
        _l("Escribe qué hará la institución, paso por paso, con verbos que se comprueban: publicar, abrir, avisar."),
        _l(
            "- Publicar cada día el agua programada y la que llegó, en 18 sectores.\n- Avisar por mensaje cuando no "
            "coincidan y decir por qué."
        ),
        _l("Impulsar acciones para mejorar la comunicación. (Nadie puede comprobar que se impulsó.)"),
    ),
    "solution": Guide(
        _l("Une lo que se hará con las causas: si se hace esto, ¿qué causa desaparece o pesa menos?"),
        _l("Lo real publicado junto a lo prometido muestra dónde falla el servicio, y obliga a explicar cada falla."),
        _l("Contribuirá a resolver la problemática. (No dice cómo.)"),
    ),
    "objective": Guide(
        _l("Describe cómo vivirán las personas cuando esto termine: qué podrán hacer o saber que hoy no."),
        _l("Que las familias de 18 sectores sepan, a más tardar al día siguiente, qué días llegó el agua."),
        _l("Mejorar la atención a la ciudadanía. (¿En qué se notaría?)"),
    ),
    "scope_text": Guide(
        _l("Di dónde, para quiénes y hasta cuándo; y también qué queda fuera, para que nadie espere otra cosa."),
        _l("Dieciocho sectores de la ciudad, doce meses. No incluye obras de bombeo ni cambios a las tarifas."),
        _l("Todo el estado y la población en general. (Si todo cabe, no hay alcance.)"),
    ),
    "indicator": Guide(
        _l("Elige una sola medida que otra persona pueda volver a contar y obtener lo mismo."),
        _l("Sectores con su calendario real publicado a más tardar al día siguiente."),
        _l("Nivel de satisfacción con el avance. (¿De quién, medido cómo?)"),
    ),
    "baseline": Guide(
        _l("Escribe cuánto es hoy, con la misma medida del indicador. Si nadie lo sabe, dilo y di cuándo se sabrá."),
        _l("0 de 18 sectores, en mayo de 2026."),
        _l("Bajo. (No se puede comparar con nada.)"),
    ),
    "goal": Guide(
        _l("Escribe cuánto será al terminar, con la misma medida de la línea base."),
        _l("18 de 18 sectores, en junio de 2027."),
        _l("Incrementar significativamente. (¿Cuánto es suficiente?)"),
    ),
    "unit": Guide(
        _l("Di qué se cuenta: una sola palabra suele bastar."),
        _l("sectores"),
        _l("acciones. (Contaría lo mismo una reunión que una obra.)"),
    ),
    "indicator_source": Guide(
        _l("Di quién cuenta, cada cuándo, con qué y dónde se publica, para que cualquiera pueda repetirlo."),
        _l("Río Claro llama cada mes a diez familias por sector y compara sus respuestas con lo publicado."),
        _l("Registros administrativos. (¿Cuáles, de quién, se pueden ver?)"),
    ),
    "transparency": Guide(
        _l("Di qué información podrá conocer cualquiera que hoy no puede, y en qué formato."),
        _l("Datos abiertos diarios del agua programada y la que llegó, con toda su historia."),
        _l("Se promoverá la transparencia. (No dice qué se va a saber.)"),
    ),
    "accountability": Guide(
        _l("Di quién tendrá que explicar lo que hizo, ante quién y qué pasa si no lo hace."),
        _l(
            "El Instituto responde por escrito, en diez días, cada falla mayor de tres días que señale la contraparte."
        ),
        _l("Se rendirán cuentas de forma permanente. (¿Quién, a quién, cuándo?)"),
    ),
    "participation": Guide(
        _l("Di en qué decidirán las personas, no solo a qué las invitarán."),
        _l("Las agencias de barrio eligen en asamblea qué sectores se miden primero."),
        _l("Se difundirá entre la población. (Informar no es decidir.)"),
    ),
    "inclusion": Guide(
        _l("Di a quién deja fuera hoy el problema, por su género, lengua, edad o lugar, y qué harás para incluirle."),
        _l(
            "El aviso sale también en mixteco por radio. Se cuenta cuántas mujeres lo reciben, porque son ellas "
            "quienes esperan la pipa."
        ),
        _l("Con perspectiva de género en todo momento. (No dice qué se hará distinto.)"),
    ),
    "targets": Guide(
        _l("Marca solo las metas que se acercarían de verdad si esto se cumple. Una o dos suelen bastar."),
        _l("Un tablero público de los días de agua acerca la meta 6.b y la 16.10."),
        _l("Marcar diez porque suenan bien."),
    ),
    "starts_on": Guide(
        _l("Pon el día en que empieza la primera actividad de la hoja de ruta."),
        _l("El 1 de junio de 2026, cuando se instala el primer medidor."),
        _l("El primer día del sexenio, aunque nada empiece entonces."),
    ),
    "ends_on": Guide(
        _l("Pon el día en que la meta ya se podrá comprobar. Todas las actividades terminan antes o ese día."),
        _l("El 1 de junio de 2027, con doce meses publicados."),
        _l("Diciembre, por costumbre, sin contar cuánto lleva cada actividad."),
    ),
    "is_costless": Guide(
        _l("Casi todo cuesta algo. Márcalo si se hará con las personas y los medios que ya existen."),
        _l("La misma oficina publicará en su sitio la lista que ya hace cada semana."),
        _l("Marcarlo porque todavía no se sabe cuánto cuesta."),
    ),
    "costless_reason": Guide(
        _l("Di con qué personas, tiempo y medios se hará, para que se pueda comprobar que alcanzan."),
        _l("Dos personas del área de datos, cuatro horas por semana; el sitio ya está pagado hasta 2028."),
        _l("No aplica."),
    ),
    "budget_amount": Guide(
        _l("Suma lo que costará en todo el periodo, con lo que pongan otros. Sin centavos, comas ni signo de pesos."),
        _l("1850000"),
        _l("Lo que autorice la instancia correspondiente."),
    ),
    "budget_source": Guide(
        _l("Di de qué presupuesto, fondo o aportación sale, y si ya está aprobado."),
        _l("Presupuesto de Egresos 2027 del Instituto, por aprobar en diciembre."),
        _l("Recursos públicos. (¿De quién, ya aprobados?)"),
    ),
    "programme_key": Guide(
        _l("Copia la clave con que aparece en el presupuesto publicado: así cualquiera lo encuentra."),
        _l("E-017"),
        _l("El nombre de la oficina. (Con eso no se encuentra el gasto.)"),
    ),
    "budget": Guide(
        _l("Agrega lo que falte: en qué se gasta, qué parte pone cada quien, qué pasa si no se aprueba."),
        _l("1.2 millones en medidores y 650 mil en mensajes. Si no se aprueba, se empieza por seis sectores."),
        _l("Sujeto a disponibilidad. (Y si no la hay, ¿qué se hace?)"),
    ),
    "sources": Guide(
        _l("Di de dónde salen los datos que citas, con su enlace si lo tienen."),
        _l("Registro de quejas del organismo de agua, 2025; encuesta de la mesa, marzo de 2026."),
        _l("Elaboración propia. (Nadie puede revisarlo.)"),
    ),
    "lead": Guide(
        _l("Elige la institución que puede decidir y gastar en esto. Firma y responde por todo el compromiso."),
        _l("El organismo que opera el bombeo."),
        _l("La oficina que solo coordina reuniones."),
    ),
    "counterpart": Guide(
        _l("Elige a quien conoce el problema y no depende de la institución. Comprobará cada avance."),
        _l("Una organización que ya mide el agua en los barrios."),
        _l("Una asociación que vive del presupuesto que tendría que vigilar."),
    ),
    "partners": Guide(
        _l("Marca a quienes también ponen trabajo, personas o dinero."),
        _l("El municipio, que presta las antenas; la universidad, que revisa los datos."),
        _l("Todas las que vinieron a la mesa, aunque no les toque nada."),
    ),
    "other_actors": Guide(
        _l("Nombra a quien ayuda sin firmar, y di en qué: medios, escuelas, agencias, comités."),
        _l("La radio comunitaria lee el aviso los domingos; las agencias lo pegan en su puerta."),
        _l("Sociedad en general."),
    ),
}
