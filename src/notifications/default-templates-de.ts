import type { DefaultTemplates } from "./default-templates.ts";

const visit = `Leistung: {{ service.name }}
Wann: {{ appointment.date }}, {{ appointment.time }} bis {{ appointment.endTime }} Uhr
Wo: {{ company.name }}, {{ branch.name }}
{% if staff.name != "" %}Bei: {{ staff.name }}
{% endif %}`;

const fee = `{% if fee.charged %}Dafür berechnen wir laut unseren Bedingungen {{ fee.amount }}.

{% endif %}`;

const promise = `Ort: {{ branch.name }}
Kunde: {{ customer.name }}
Telefon: {{ callback.phone }}
Priorität: {% case callback.priority %}{% when "urgent" %}dringend{% when "high" %}hoch{% else %}normal{% endcase %}
Zugesagt bis: {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }} Uhr
`;

const manage = (label: string) => `{% if links.manage != "" %}${label}: {{ links.manage }}

{% endif %}`;

const shortManage = `{% if links.manage != "" %} {{ links.manage }}{% endif %}`;
const shortVisit = `{{ appointment.date }}, {{ appointment.time }} Uhr, {{ service.name }} bei {{ company.name }}`;

function letter(body: string, closing = "Bis bald"): string {
  return `Guten Tag {{ customer.name }},\n\n${body}\n${closing}\n{{ company.name }}\n`;
}

function note(body: string): string {
  return `Hallo {{ recipient.name }},\n\n${body}\n`;
}

export const german: DefaultTemplates = {
  booking_confirmed: {
    subject: "Ihr Termin am {{ appointment.date }} um {{ appointment.time }} Uhr",
    text: letter(
      `Ihr Termin ist bestätigt. Wir freuen uns auf Sie.\n\n${visit}\n${manage("Termin ansehen oder ändern")}`,
    ),
    short: `Bestätigt: ${shortVisit}.${shortManage}`,
  },
  booking_pending: {
    subject: "Ihre Terminanfrage bei {{ company.name }}",
    text: letter(
      `danke für Ihre Anfrage. Wir prüfen sie und melden uns, sobald der Termin bestätigt ist.\n\n${visit}\n${manage("Anfrage ansehen")}`,
      "Mit freundlichen Grüßen",
    ),
    short: `Ihre Anfrage ist eingegangen: ${shortVisit}. Wir bestätigen sie in Kürze.`,
  },
  reminder_1week: {
    subject: "In einer Woche: Ihr Termin bei {{ company.name }}",
    text: letter(
      `in einer Woche sehen wir uns. Sollten Sie verhindert sein, sagen Sie uns bitte rechtzeitig Bescheid.\n\n${visit}\n${manage("Termin ansehen oder ändern")}`,
    ),
    short: `In einer Woche: ${shortVisit}.${shortManage}`,
  },
  reminder_24h: {
    subject: "Erinnerung: Ihr Termin am {{ appointment.date }} um {{ appointment.time }} Uhr",
    text: letter(`wir erinnern Sie an Ihren Termin.\n\n${visit}\n${manage("Termin ansehen oder ändern")}`),
    short: `Erinnerung: ${shortVisit}.${shortManage}`,
  },
  reminder_2h: {
    subject: "Heute um {{ appointment.time }} Uhr: Ihr Termin bei {{ company.name }}",
    text: letter(`Ihr Termin beginnt bald.\n\n${visit}\n${manage("Termin ansehen")}`, "Bis gleich"),
    short: `Bis gleich: {{ service.name }} um {{ appointment.time }} Uhr bei {{ company.name }}, {{ branch.name }}.`,
  },
  cancellation: {
    subject: "Ihr Termin am {{ appointment.date }} ist abgesagt",
    text: letter(
      `{% if byBusiness %}leider müssen wir Ihren Termin absagen. Bitte entschuldigen Sie die Umstände.{% else %}wir haben Ihren Termin wie gewünscht abgesagt.{% endif %}\n\n${visit}\n${fee}Gern finden wir einen neuen Termin für Sie.\n`,
      "Mit freundlichen Grüßen",
    ),
    short: `{% if byBusiness %}Leider müssen wir absagen{% else %}Abgesagt{% endif %}: ${shortVisit}.{% if fee.charged %} Gebühr: {{ fee.amount }}.{% endif %}`,
  },
  reschedule_confirmed: {
    subject: "Neuer Termin: {{ appointment.date }} um {{ appointment.time }} Uhr",
    text: letter(
      `Ihr Termin vom {{ previous.date }}, {{ previous.time }} Uhr, ist verlegt. Der neue Termin:\n\n${visit}\n${fee}${manage("Termin ansehen oder ändern")}`,
    ),
    short: `Verlegt auf: ${shortVisit}.{% if fee.charged %} Gebühr: {{ fee.amount }}.{% endif %}${shortManage}`,
  },
  appointment_modified: {
    subject: "Änderung an Ihrem Termin am {{ appointment.date }}",
    text: letter(
      `an Ihrem Termin hat sich etwas geändert. Das gilt jetzt:\n\n${visit}\n${manage("Termin ansehen oder ändern")}`,
    ),
    short: `Geändert: ${shortVisit}{% if staff.name != "" %}, bei {{ staff.name }}{% endif %}.${shortManage}`,
  },
  callback_request_received: {
    subject: "Wir rufen Sie zurück",
    text: letter(
      `wir haben Ihren Wunsch nach einem Rückruf erhalten und melden uns bis {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }} Uhr, unter {{ callback.phone }}.\n`,
      "Mit freundlichen Grüßen",
    ),
    short: `{{ company.name }}: Wir rufen Sie bis {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }} Uhr zurück.`,
  },
  callback_scheduled: {
    subject: "Ihr Rückruf ist eingeplant",
    text: letter(
      `{% if callback.assignee != "" %}{{ callback.assignee }} ruft Sie{% else %}wir rufen Sie{% endif %} bis {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }} Uhr, unter {{ callback.phone }} zurück.\n`,
      "Mit freundlichen Grüßen",
    ),
    short: `{{ company.name }}: {% if callback.assignee != "" %}{{ callback.assignee }} ruft{% else %}Wir rufen{% endif %} Sie bis {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }} Uhr zurück.`,
  },
  callback_unreachable: {
    subject: "Wir haben Sie nicht erreicht",
    text: letter(
      `wir wollten Sie wie gewünscht zurückrufen, haben Sie unter {{ callback.phone }} aber nicht erreicht. Ist Ihr Anliegen noch offen? Dann rufen Sie uns bitte an, oder bitten Sie noch einmal um einen Rückruf.\n`,
      "Mit freundlichen Grüßen",
    ),
    short: `{{ company.name }}: Wir haben Sie telefonisch nicht erreicht. Ist Ihr Anliegen noch offen, rufen Sie uns bitte an.`,
  },
  no_show: {
    subject: "Wir haben Sie am {{ appointment.date }} vermisst",
    text: letter(
      `zu Ihrem Termin sind Sie nicht gekommen. Wir hoffen, es geht Ihnen gut, und finden gern einen neuen Termin.\n\n${visit}`,
      "Mit freundlichen Grüßen",
    ),
    short: `Wir haben Sie heute vermisst: ${shortVisit}. Gern finden wir einen neuen Termin.`,
  },
  appointment_completed: {
    subject: "Danke für Ihren Besuch bei {{ company.name }}",
    text: letter(
      `danke, dass Sie bei uns waren ({{ service.name }}, {{ appointment.date }}). Wir hoffen, Sie waren zufrieden.\n`,
    ),
    short: `Danke für Ihren Besuch bei {{ company.name }}. Bis zum nächsten Mal!`,
  },
  payment_received: {
    subject: "Ihre Zahlung über {{ payment.amount }}",
    text: letter(
      `wir haben Ihre Zahlung erhalten. Vielen Dank.\n\nBetrag: {{ payment.amount }}\nFür: {{ service.name }}, {{ appointment.date }}\nReferenz: {{ payment.reference }}\n`,
      "Mit freundlichen Grüßen",
    ),
    short: `{{ company.name }}: Zahlung über {{ payment.amount }} erhalten ({{ payment.reference }}). Vielen Dank.`,
  },
  staff_cancellation: {
    subject: "Abgesagt: {{ appointment.date }}, {{ appointment.time }} Uhr, {{ customer.name }}",
    text: note(
      `{% if byBusiness %}wir haben einen Termin abgesagt.{% else %}der Kunde hat einen Termin abgesagt.{% endif %} Die Zeit ist wieder frei.\n\nKunde: {{ customer.name }}\n${visit}`,
    ),
    short: `Abgesagt: {{ appointment.date }}, {{ appointment.time }} Uhr, {{ service.name }}, {{ customer.name }}.`,
  },
  staff_reschedule: {
    subject: "Verlegt: {{ customer.name }}, jetzt {{ appointment.date }}, {{ appointment.time }} Uhr",
    text: note(
      `ein Termin ist verlegt.\n\nKunde: {{ customer.name }}\nVorher: {{ previous.date }}, {{ previous.time }} Uhr{% if previous.staff != "" %}, {{ previous.staff }}{% endif %}\n${visit}`,
    ),
    short: `Verlegt: {{ customer.name }}, {{ service.name }}, jetzt {{ appointment.date }}, {{ appointment.time }} Uhr{% if staff.name != "" %}, {{ staff.name }}{% endif %}.`,
  },
  callback_created: {
    subject: "Neuer Rückrufwunsch: {{ customer.name }}",
    text: note(`ein Rückruf ist gewünscht.\n\n${promise}`),
    short: `Rückruf: {{ customer.name }}, {{ callback.phone }}, bis {{ callback.promisedBy.time }} Uhr ({{ callback.promisedBy.date }}).`,
  },
  callback_assigned: {
    subject: "Rückruf für Sie: {{ customer.name }}",
    text: note(`dieser Rückruf ist Ihnen zugeteilt.\n\n${promise}`),
    short: `Für Sie: {{ customer.name }} zurückrufen, {{ callback.phone }}, bis {{ callback.promisedBy.time }} Uhr ({{ callback.promisedBy.date }}).`,
  },
  callback_overdue: {
    subject: "Überfällig: Rückruf an {{ customer.name }}",
    text: note(
      `dieser Rückruf ist überfällig.\n\n${promise}{% if callback.assignee != "" %}Zuständig: {{ callback.assignee }}\n{% endif %}`,
    ),
    short: `Überfällig: {{ customer.name }} zurückrufen, {{ callback.phone }}.`,
  },
  callback_escalated: {
    subject: "Eskaliert (Stufe {{ level }}): Rückruf an {{ customer.name }}",
    text: note(`dieser Rückruf wurde an Sie eskaliert, Stufe {{ level }}.\n\n${promise}`),
    short: `Eskaliert (Stufe {{ level }}): {{ customer.name }} zurückrufen, {{ callback.phone }}.`,
  },
};
