"""The agreement to mediate in Spanish."""

from policies.wording import Wording

WORDING = Wording(
    title="ACUERDO DE MEDIACIÓN",
    opening=(
        "Una persona mediadora les ayuda a hablar y no decide nada por usted. Estas son las reglas para todas las personas "
        "que participan. Léalas con calma. Esto no es asesoramiento jurídico: si algo no está claro, pregunte a la "
        "persona mediadora o a un abogado antes de firmar."
    ),
    private=(
        "LO QUE SE DICE AQUÍ ES PRIVADO\n"
        "Lo que usted diga, escriba o muestre aquí queda entre quienes participan. Todos prometen no contarlo a otros y no "
        "usarlo en un tribunal, salvo lo que dice esta página. Las reglas de confidencialidad son: {rules}. Un papel o un "
        "hecho que ya existe no se vuelve secreto por mencionarlo."
    ),
    meeting=(
        "QUIÉN PUEDE VERLE Y OÍRLE\n"
        "La pantalla le dice quién puede verle y oírle en esta llamada. Nuestro servidor no puede ver ni oír la llamada; sí "
        "puede saber que hubo una reunión, cuándo, en qué salas y desde qué direcciones de internet.\n"
        "La persona mediadora puede hablar con usted en una reunión privada. Lo que diga allí llega a los demás solo si "
        "usted lo autoriza. Con su abogado puede hablar en una sala que la persona mediadora no puede oír. Puede pedir ayuda "
        "en silencio en cualquier momento. Las personas que no deben encontrarse nunca se ponen en la misma sala."
    ),
    recording_off=(
        "NO SE GRABA\n"
        "Este servicio no graba, y nadie puede hacerlo: ni sonido, ni imágenes, ni capturas de pantalla, ni programas que "
        "toman notas. No podemos impedir que alguien filme una pantalla; quien lo haga incumple este acuerdo."
    ),
    recording_on=(
        "NO SE GRABA SIN EL SÍ DE TODOS\n"
        "Nadie puede grabar si cada persona de la reunión no lo ha aceptado antes; y entonces todos ven que se está "
        "grabando. Las reuniones privadas y las salas de abogados nunca se graban. No podemos impedir que alguien filme una "
        "pantalla; quien lo haga incumple este acuerdo."
    ),
    keeping=(
        "QUÉ SE GUARDA\n"
        "Cuando la mediación se cierra definitivamente, el chat y los documentos se destruyen. De una reunión privada no "
        "se guarda nada. Algo de una reunión conjunta se guarda bajo llave solo si todas las personas presentes aceptan "
        "guardar esa cosa concreta. Después se abre solo si dicen que sí todas las personas cuyo sí hace falta: {who}. "
        "Antes ven las páginas exactas, quién las recibiría y para qué; los datos privados se tachan. {days} después del "
        "cierre se destruye su llave y nadie podrá abrirlo más, salvo que un juicio o una solicitud abierta nos obligue "
        "a esperar. Este acuerdo, un acuerdo final firmado y una lista de decisiones (no de lo que se dijo) se guardan "
        "más tiempo."
    ),
    holders="cada parte, cada persona mediadora y todas las personas cuyas propias palabras están dentro",
    everyone="cada parte, cada persona mediadora y todas las demás personas que participaron, incluidos abogados y peritos",
    reasons_title="¿PUEDE ABRIRSE DE OTRA MANERA?",
    no_other_reason=(
        "No. Para lo que se guarda aquí bajo llave no se hace ninguna otra llave. Una carta o una citación no abre nada. "
        "Un tribunal puede ordenar algo a las personas; entonces se dirige a ellas, no a este servicio."
    ),
    reasons_lead=(
        "Solo por estos motivos. Cada uno exige dos personas juntas, este servicio deja constancia de ello y se avisa antes a "
        "las partes, salvo que alguien esté en peligro:"
    ),
    reasons_end=(
        "En ningún otro caso. Una carta o una citación sola no abre nada. Las notas de la persona mediadora, las "
        "conversaciones con un abogado en su propia sala y las grabaciones no salen nunca por ningún motivo."
    ),
    paper_key=(
        "SU LLAVE DE PAPEL\n"
        "Antes de guardar algo bajo llave, cada persona cuyo sí hace falta recibe una llave de papel para imprimir o guardar. "
        "No tenemos copia y no podemos hacer otra. Si se pierden todas las copias de una llave necesaria, lo guardado queda cerrado para "
        "siempre."
    ),
    limits=(
        "LO QUE ESTO NO PUEDE HACER\n"
        "Quien ve u oye algo puede contarlo. La ley puede obligar a hablar a la persona mediadora o a otra, por ejemplo "
        "cuando un menor está en peligro. Las reglas de confidencialidad cambian de un lugar a otro; este servicio no "
        "decide ninguna cuestión jurídica."
    ),
    rights=(
        "USTED DECIDE\n"
        "Nadie puede obligarle a llegar a un acuerdo. Puede parar y salir en cualquier momento; si le envió un tribunal, "
        "pregunte antes allí o a un abogado. Puede decir que no a que algo se guarde o se muestre. Callar nunca es un sí. "
        "A los demás nunca se les dice quién dijo que no."
    ),
    pledge=(
        "AL FIRMAR USTED PROMETE\n"
        "Mantengo en privado lo que conozca aquí. Estoy a solas, o he dicho quién está conmigo, y avisaré cada vez que eso "
        "cambie. No grabo nada y no dejo que nadie escuche. Firmo por mí, o como la persona en cuyo nombre he dicho que "
        "hablo."
    ),
    footer="Texto {version}. Reglas {policy}. Usted recibe una copia de lo que firma.",
    one_year="Un año",
    years="{n} años",
    days="{n} días",
)
