/** What the customer's page says. What a policy means is said by policies/explain. */
export interface Words {
  readonly title: string;
  readonly service: string;
  readonly when: string;
  readonly where: string;
  readonly withWhom: string;
  readonly from: (date: string, from: string, until: string) => string;
  readonly statuses: Readonly<Record<"over" | "reserved" | "cancelled" | "completed" | "no_show", string>>;
  readonly whatApplies: string;
  readonly cancel: string;
  readonly cancelTitle: string;
  readonly reason: string;
  readonly optional: string;
  readonly cancelNow: string;
  readonly cancelFor: (fee: string) => string;
  readonly keep: string;
  readonly move: string;
  readonly moveTitle: string;
  readonly newTime: string;
  readonly newTimeHint: (zone: string) => string;
  readonly check: string;
  readonly moveTo: (when: string) => string;
  readonly moveNow: string;
  readonly moveFor: (fee: string) => string;
  readonly otherTime: string;
  readonly callMe: string;
  readonly callTitle: string;
  readonly phone: string;
  readonly phoneKnown: (end: string) => string;
  readonly about: string;
  readonly callNow: string;
  readonly messages: string;
  readonly messagesTitle: string;
  readonly messagesHint: string;
  readonly language: string;
  readonly likeCompany: string;
  readonly reminders: string;
  readonly feedback: string;
  readonly save: string;
  readonly back: string;
  readonly done: Readonly<Record<"cancelled" | "moved" | "saved", string>>;
  readonly calledBy: (when: string) => string;
  readonly invalidTitle: string;
  readonly invalid: string;
  readonly troubleTitle: string;
  readonly troubles: Readonly<Record<Trouble, string>>;
}

/** What can stop somebody; each says what to do next. */
export const troubles = [
  "changed",
  "dearer",
  "slotTaken",
  "badTime",
  "badPhone",
  "tooOften",
  "closed",
  "unknown",
] as const;
export type Trouble = (typeof troubles)[number];

export const words: Readonly<Record<"de" | "en", Words>> = {
  de: {
    title: "Ihr Termin",
    service: "Leistung",
    when: "Wann",
    where: "Wo",
    withWhom: "Bei",
    from: (date, from, until) => `${date}, ${from} bis ${until} Uhr`,
    statuses: {
      over: "Dieser Termin hat schon begonnen.",
      reserved:
        "Ihre Änderung ist angenommen und wird gerade eingetragen. Sie bekommen eine Nachricht, sobald sie gilt.",
      cancelled: "Dieser Termin ist abgesagt.",
      completed: "Dieser Termin hat stattgefunden.",
      no_show: "Dieser Termin ist vorbei.",
    },
    whatApplies: "Wenn etwas dazwischenkommt",
    cancel: "Termin absagen",
    cancelTitle: "Diesen Termin absagen?",
    reason: "Grund",
    optional: "freiwillig",
    cancelNow: "Jetzt absagen",
    cancelFor: (fee) => `Für ${fee} absagen`,
    keep: "Termin behalten",
    move: "Termin verschieben",
    moveTitle: "Termin verschieben",
    newTime: "Neuer Beginn",
    newTimeHint: (zone) => `Ortszeit (${zone}). Die Dauer bleibt gleich.`,
    check: "Prüfen, ob das geht",
    moveTo: (when) => `Neuer Termin: ${when}.`,
    moveNow: "Jetzt verschieben",
    moveFor: (fee) => `Für ${fee} verschieben`,
    otherTime: "Andere Zeit wählen",
    callMe: "Rückruf erbitten",
    callTitle: "Wir rufen Sie zurück",
    phone: "Telefonnummer",
    phoneKnown: (end) => `Leer lassen für die Nummer, die auf ${end} endet.`,
    about: "Worum geht es?",
    callNow: "Um Rückruf bitten",
    messages: "Nachrichten einstellen",
    messagesTitle: "Welche Nachrichten möchten Sie?",
    messagesHint: "Bestätigungen, Absagen und Verschiebungen teilen wir Ihnen immer mit.",
    language: "Sprache der Nachrichten",
    likeCompany: "wie üblich",
    reminders: "Erinnerungen vor dem Termin",
    feedback: "Nachrichten nach dem Termin",
    save: "Speichern",
    back: "Zurück zum Termin",
    done: {
      cancelled: "Ihr Termin ist abgesagt.",
      moved: "Ihr Termin ist verschoben.",
      saved: "Gespeichert.",
    },
    calledBy: (when) => `Danke. Wir rufen Sie bis ${when} Uhr zurück.`,
    invalidTitle: "Dieser Link gilt nicht",
    invalid:
      "Er ist unvollständig oder abgelaufen. Nehmen Sie den Link aus der neuesten Nachricht, oder rufen Sie uns an.",
    troubleTitle: "Das ging nicht",
    troubles: {
      changed: "Der Termin hat sich inzwischen geändert. Sehen Sie ihn noch einmal an.",
      dearer: "Die Bedingungen haben sich inzwischen geändert; es wurde nichts getan. Sehen Sie sie noch einmal an.",
      slotTaken: "Zu dieser Zeit ist leider schon jemand anderes eingetragen. Wählen Sie eine andere Zeit.",
      badTime: "Das ist keine Zeit in der Zukunft. Wählen Sie Tag und Uhrzeit noch einmal.",
      badPhone: "Unter dieser Nummer können wir nicht anrufen. Schreiben Sie sie zum Beispiel so: 0151 23456789.",
      tooOften: "Das war zu oft hintereinander. Warten Sie eine Minute.",
      closed:
        "Wir arbeiten gerade am System. Versuchen Sie es in ein paar Minuten noch einmal; der Termin ist unverändert.",
      unknown: "Bei uns ist etwas schiefgegangen. Versuchen Sie es noch einmal, oder rufen Sie uns an.",
    },
  },
  en: {
    title: "Your appointment",
    service: "What",
    when: "When",
    where: "Where",
    withWhom: "With",
    from: (date, from, until) => `${date}, ${from} to ${until}`,
    statuses: {
      over: "This appointment has already begun.",
      reserved: "Your change was accepted and is being entered. You get a message as soon as it holds.",
      cancelled: "This appointment is cancelled.",
      completed: "This appointment has taken place.",
      no_show: "This appointment is over.",
    },
    whatApplies: "If something comes up",
    cancel: "Cancel the appointment",
    cancelTitle: "Cancel this appointment?",
    reason: "Reason",
    optional: "optional",
    cancelNow: "Cancel it now",
    cancelFor: (fee) => `Cancel it for ${fee}`,
    keep: "Keep it",
    move: "Move the appointment",
    moveTitle: "Move the appointment",
    newTime: "New start",
    newTimeHint: (zone) => `Local time (${zone}). It takes as long as before.`,
    check: "See whether that works",
    moveTo: (when) => `New time: ${when}.`,
    moveNow: "Move it now",
    moveFor: (fee) => `Move it for ${fee}`,
    otherTime: "Choose another time",
    callMe: "Ask to be called back",
    callTitle: "We call you back",
    phone: "Phone number",
    phoneKnown: (end) => `Leave it empty for the number that ends in ${end}.`,
    about: "What is it about?",
    callNow: "Ask for the call",
    messages: "Choose messages",
    messagesTitle: "Which messages would you like?",
    messagesHint: "We always tell you of confirmations, cancellations and moves.",
    language: "Language of messages",
    likeCompany: "as usual",
    reminders: "Reminders before the appointment",
    feedback: "Messages after the appointment",
    save: "Save",
    back: "Back to the appointment",
    done: {
      cancelled: "Your appointment is cancelled.",
      moved: "Your appointment is moved.",
      saved: "Saved.",
    },
    calledBy: (when) => `Thank you. We will call you back by ${when}.`,
    invalidTitle: "This link is not valid",
    invalid: "It is incomplete or has expired. Take the link from the latest message, or call us.",
    troubleTitle: "That did not work",
    troubles: {
      changed: "The appointment has changed meanwhile. Look at it again.",
      dearer: "The terms have changed meanwhile; nothing was done. Look at them again.",
      slotTaken: "Somebody else is booked at that time. Choose another time.",
      badTime: "That is no time in the future. Choose day and time again.",
      badPhone: "We cannot call that number. Write it like 0151 23456789.",
      tooOften: "That was too often in a row. Wait a minute.",
      closed: "We are working on the system. Try again in a few minutes; your appointment is unchanged.",
      unknown: "Something went wrong on our side. Try again, or call us.",
    },
  },
};
