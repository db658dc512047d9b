import type { DefaultTemplates } from "./default-templates.ts";

const visit = `What: {{ service.name }}
When: {{ appointment.date }}, {{ appointment.time }} to {{ appointment.endTime }}
Where: {{ company.name }}, {{ branch.name }}
{% if staff.name != "" %}With: {{ staff.name }}
{% endif %}`;

const fee = `{% if fee.charged %}Under our terms we charge {{ fee.amount }} for this.

{% endif %}`;

const promise = `Branch: {{ branch.name }}
Customer: {{ customer.name }}
Phone: {{ callback.phone }}
Priority: {{ callback.priority }}
Promised by: {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }}
`;

const manage = (label: string) => `{% if links.manage != "" %}${label}: {{ links.manage }}

{% endif %}`;

const shortManage = `{% if links.manage != "" %} {{ links.manage }}{% endif %}`;
const shortVisit = `{{ appointment.date }}, {{ appointment.time }}, {{ service.name }} at {{ company.name }}`;

function letter(body: string, closing = "See you soon"): string {
  return `Hello {{ customer.name }},\n\n${body}\n${closing}\n{{ company.name }}\n`;
}

function note(body: string): string {
  return `Hello {{ recipient.name }},\n\n${body}\n`;
}

export const english: DefaultTemplates = {
  booking_confirmed: {
    subject: "Your appointment on {{ appointment.date }} at {{ appointment.time }}",
    text: letter(
      `Your appointment is confirmed. We look forward to seeing you.\n\n${visit}\n${manage("View or change it")}`,
    ),
    short: `Confirmed: ${shortVisit}.${shortManage}`,
  },
  booking_pending: {
    subject: "Your request to {{ company.name }}",
    text: letter(
      `Thank you for your request. We will look at it and write again as soon as it is confirmed.\n\n${visit}\n${manage("View your request")}`,
      "Kind regards",
    ),
    short: `We have your request: ${shortVisit}. We will confirm it shortly.`,
  },
  reminder_1week: {
    subject: "In one week: your appointment at {{ company.name }}",
    text: letter(
      `Your appointment is in one week. Should something have come up, please let us know in good time.\n\n${visit}\n${manage("View or change it")}`,
    ),
    short: `In one week: ${shortVisit}.${shortManage}`,
  },
  reminder_24h: {
    subject: "Reminder: your appointment on {{ appointment.date }} at {{ appointment.time }}",
    text: letter(`This is a reminder of your appointment.\n\n${visit}\n${manage("View or change it")}`),
    short: `Reminder: ${shortVisit}.${shortManage}`,
  },
  reminder_2h: {
    subject: "Today at {{ appointment.time }}: your appointment at {{ company.name }}",
    text: letter(`Your appointment begins soon.\n\n${visit}\n${manage("View it")}`),
    short: `See you soon: {{ service.name }} at {{ appointment.time }}, {{ company.name }}, {{ branch.name }}.`,
  },
  cancellation: {
    subject: "Your appointment on {{ appointment.date }} is cancelled",
    text: letter(
      `{% if byBusiness %}We are sorry: we have to cancel your appointment.{% else %}We have cancelled your appointment as you asked.{% endif %}\n\n${visit}\n${fee}We are happy to find a new date for you.\n`,
      "Kind regards",
    ),
    short: `{% if byBusiness %}We are sorry, we have to cancel{% else %}Cancelled{% endif %}: ${shortVisit}.{% if fee.charged %} Fee: {{ fee.amount }}.{% endif %}`,
  },
  reschedule_confirmed: {
    subject: "New date: {{ appointment.date }} at {{ appointment.time }}",
    text: letter(
      `Your appointment of {{ previous.date }}, {{ previous.time }}, has been moved. It is now:\n\n${visit}\n${fee}${manage("View or change it")}`,
    ),
    short: `Moved to: ${shortVisit}.{% if fee.charged %} Fee: {{ fee.amount }}.{% endif %}${shortManage}`,
  },
  appointment_modified: {
    subject: "A change to your appointment on {{ appointment.date }}",
    text: letter(
      `Something about your appointment has changed. It is now:\n\n${visit}\n${manage("View or change it")}`,
    ),
    short: `Changed: ${shortVisit}{% if staff.name != "" %}, with {{ staff.name }}{% endif %}.${shortManage}`,
  },
  callback_request_received: {
    subject: "We will call you back",
    text: letter(
      `We have your request and will call {{ callback.phone }} by {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }}.\n`,
      "Kind regards",
    ),
    short: `{{ company.name }}: we will call you back by {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }}.`,
  },
  callback_scheduled: {
    subject: "Your call is arranged",
    text: letter(
      `{% if callback.assignee != "" %}{{ callback.assignee }}{% else %}We{% endif %} will call {{ callback.phone }} by {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }}.\n`,
      "Kind regards",
    ),
    short: `{{ company.name }}: {% if callback.assignee != "" %}{{ callback.assignee }}{% else %}we{% endif %} will call you by {{ callback.promisedBy.date }}, {{ callback.promisedBy.time }}.`,
  },
  callback_unreachable: {
    subject: "We could not reach you",
    text: letter(
      `We called you back as you asked, but could not reach you at {{ callback.phone }}. If there is still something we can do for you, please call us, or ask for a call again.\n`,
      "Kind regards",
    ),
    short: `{{ company.name }}: we could not reach you by phone. If there is still something we can do for you, please call us.`,
  },
  no_show: {
    subject: "We missed you on {{ appointment.date }}",
    text: letter(
      `You did not come to your appointment. We hope that you are well, and are happy to find a new date.\n\n${visit}`,
      "Kind regards",
    ),
    short: `We missed you today: ${shortVisit}. We are happy to find a new date.`,
  },
  appointment_completed: {
    subject: "Thank you for your visit to {{ company.name }}",
    text: letter(
      `Thank you for coming ({{ service.name }}, {{ appointment.date }}). We hope you were happy with it.\n`,
    ),
    short: `Thank you for your visit to {{ company.name }}. See you next time!`,
  },
  payment_received: {
    subject: "Your payment of {{ payment.amount }}",
    text: letter(
      `We have received your payment. Thank you.\n\nAmount: {{ payment.amount }}\nFor: {{ service.name }}, {{ appointment.date }}\nReference: {{ payment.reference }}\n`,
      "Kind regards",
    ),
    short: `{{ company.name }}: payment of {{ payment.amount }} received ({{ payment.reference }}). Thank you.`,
  },
  staff_cancellation: {
    subject: "Cancelled: {{ appointment.date }}, {{ appointment.time }}, {{ customer.name }}",
    text: note(
      `{% if byBusiness %}We have cancelled an appointment.{% else %}The customer has cancelled an appointment.{% endif %} The time is free again.\n\nCustomer: {{ customer.name }}\n${visit}`,
    ),
    short: `Cancelled: {{ appointment.date }}, {{ appointment.time }}, {{ service.name }}, {{ customer.name }}.`,
  },
  staff_reschedule: {
    subject: "Moved: {{ customer.name }}, now {{ appointment.date }}, {{ appointment.time }}",
    text: note(
      `An appointment has been moved.\n\nCustomer: {{ customer.name }}\nBefore: {{ previous.date }}, {{ previous.time }}{% if previous.staff != "" %}, {{ previous.staff }}{% endif %}\n${visit}`,
    ),
    short: `Moved: {{ customer.name }}, {{ service.name }}, now {{ appointment.date }}, {{ appointment.time }}{% if staff.name != "" %}, {{ staff.name }}{% endif %}.`,
  },
  callback_created: {
    subject: "New callback: {{ customer.name }}",
    text: note(`A customer asks to be called back.\n\n${promise}`),
    short: `Callback: {{ customer.name }}, {{ callback.phone }}, by {{ callback.promisedBy.time }} ({{ callback.promisedBy.date }}).`,
  },
  callback_assigned: {
    subject: "A callback for you: {{ customer.name }}",
    text: note(`This callback is yours.\n\n${promise}`),
    short: `For you: call {{ customer.name }}, {{ callback.phone }}, by {{ callback.promisedBy.time }} ({{ callback.promisedBy.date }}).`,
  },
  callback_overdue: {
    subject: "Overdue: callback to {{ customer.name }}",
    text: note(
      `This callback is overdue.\n\n${promise}{% if callback.assignee != "" %}In charge: {{ callback.assignee }}\n{% endif %}`,
    ),
    short: `Overdue: call {{ customer.name }}, {{ callback.phone }}.`,
  },
  callback_escalated: {
    subject: "Escalated (level {{ level }}): callback to {{ customer.name }}",
    text: note(`This callback has been escalated to you, level {{ level }}.\n\n${promise}`),
    short: `Escalated (level {{ level }}): call {{ customer.name }}, {{ callback.phone }}.`,
  },
};
