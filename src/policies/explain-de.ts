import type { Said, Words } from "./explain.ts";

const verb = ({ moving }: Said) => (moving ? "verschieben" : "absagen");
const done = ({ moving }: Said) => (moving ? "verschoben" : "abgesagt");
const noun = ({ moving }: Said) => (moving ? "Die Verschiebung" : "Die Absage");
const from = ({ level }: Said) => `Regel: ${level}`;

function cost(said: Said): string {
  if (said.priceUnknown) return "kostenfrei, da kein Preis hinterlegt ist";
  return said.free ? "kostenfrei" : `mit einer Gebühr von ${said.fee}`;
}

/** Texte auf Deutsch. */
export const german: Words = {
  locale: "de-DE",
  hour: ["Stunde", "Stunden"],
  levels: {
    staff: "Mitarbeiter",
    service: "Leistung",
    branch: "Filiale",
    company: "Unternehmen",
    system: "Systemvorgabe",
  },
  texts: {
    allowed: {
      customer: (said) => `Sie können diesen Termin ${verb(said)}: ${cost(said)}.`,
      staff: (said) =>
        `${noun(said)} ist ${said.forced ? "außerhalb der Regel freigegeben" : said.business ? "durch das Haus erlaubt" : "erlaubt"}, ${cost(said)}. Vorlauf: ${said.left}. ${from(said)}.`,
      voice: (said) => `Das geht gern: Ihr Termin wird ${done(said)}, ${cost(said)}.`,
    },
    alreadyCancelled: {
      customer: (said) => `Dieser Termin ist bereits abgesagt; Sie müssen ihn nicht mehr ${verb(said)}.`,
      staff: (said) => `Status abgesagt: ${noun(said)} ist nicht möglich.`,
      voice: (said) => `Der Termin ist schon abgesagt. Zum ${verb(said)} ist nichts mehr zu tun.`,
    },
    alreadyCompleted: {
      customer: (said) => `Dieser Termin hat bereits stattgefunden und lässt sich nicht mehr ${verb(said)}.`,
      staff: (said) => `Status abgeschlossen: ${noun(said)} ist nicht möglich.`,
      voice: (said) => `Der Termin hat schon stattgefunden. Ich kann ihn nicht mehr ${verb(said)}.`,
    },
    alreadyNoShow: {
      customer: (said) =>
        `Dieser Termin wurde als nicht wahrgenommen vermerkt und lässt sich nicht mehr ${verb(said)}. Bitte melden Sie sich bei uns.`,
      staff: (said) => `Status nicht erschienen: ${noun(said)} ist nicht möglich.`,
      voice: (said) => `Der Termin ist als nicht wahrgenommen vermerkt. Ich kann ihn nicht mehr ${verb(said)}.`,
    },
    alreadyStarted: {
      customer: (said) =>
        `Dieser Termin hat bereits begonnen; online lässt er sich nicht mehr ${verb(said)}. Bitte rufen Sie uns an.`,
      staff: (said) => `Der Termin hat begonnen: ${noun(said)} ist nur noch durch das Haus möglich.`,
      voice: (said) => `Der Termin hat schon begonnen. Ich kann ihn nicht mehr ${verb(said)}.`,
    },
    actorNotAllowed: {
      customer: (said) =>
        `Dieser Zugang darf Termine nicht im Namen des Hauses ${verb(said)}. Bitte wenden Sie sich an unser Team.`,
      staff: (said) => `Es fehlt die Berechtigung, im Namen des Hauses zu handeln (${verb(said)}).`,
      voice: (said) => `Das darf ich im Namen des Hauses nicht ${verb(said)}.`,
    },
    callerUnverified: {
      customer: (said) =>
        `Wir konnten nicht bestätigen, dass dieser Termin zu Ihnen gehört, und dürfen ihn deshalb nicht ${verb(said)}. Gern rufen wir Sie zurück.`,
      staff: (said) => `Anrufer nicht bestätigt: ${noun(said)} ist nicht möglich, ein Rückruf schon.`,
      voice: (said) =>
        `Ich konnte Sie leider nicht bestätigen und darf den Termin nicht ${verb(said)}. Sollen wir Sie zurückrufen?`,
    },
    noticeTooShort: {
      customer: (said) =>
        `Für diesen Termin gilt eine Frist von ${said.hours}. ${said.moving ? "Verschieben" : "Absagen"} war bis ${said.latest} Uhr möglich. Gern rufen wir Sie zurück.`,
      staff: (said) => `${noun(said)} ist zu spät: ${said.hours} nötig, ${said.left} übrig. ${from(said)}.`,
      voice: (said) =>
        `Für diesen Termin gilt eine Frist von ${said.hours}, deshalb kann ich ihn nicht mehr ${verb(said)}. Sollen wir Sie zurückrufen?`,
    },
    sameDayNotAllowed: {
      customer: () => "Am Tag des Termins lässt er sich nicht mehr verschieben. Gern rufen wir Sie zurück.",
      staff: (said) => `Verschieben am selben Kalendertag ist nicht erlaubt. ${from(said)}.`,
      voice: () => "Am Tag selbst kann ich den Termin nicht mehr verschieben. Sollen wir Sie zurückrufen?",
    },
    appointmentLimitReached: {
      customer: (said) =>
        `Dieser Termin wurde bereits ${said.used} Mal verschoben; öfter ist es nicht möglich. Gern rufen wir Sie zurück.`,
      staff: (said) => `Grenze je Termin erreicht: ${said.used} von ${said.limit} Verschiebungen. ${from(said)}.`,
      voice: (said) => `Der Termin wurde schon ${said.used} Mal verschoben, mehr ist nicht möglich.`,
    },
    quotaExceeded: {
      customer: (said) =>
        `Innerhalb von ${said.days} Tagen können Sie höchstens ${said.limit} Termine ${verb(said)}; diese Zahl ist erreicht. Gern rufen wir Sie zurück.`,
      staff: (said) =>
        `Kontingent erschöpft: ${said.used} von ${said.limit} in ${said.days} Tagen (${verb(said)}). ${from(said)}.`,
      voice: (said) =>
        `Sie haben in ${said.days} Tagen schon ${said.used} Termine ${done(said)}, mehr ist leider nicht möglich.`,
    },
    reasonRequired: {
      customer: (said) => `Bitte nennen Sie einen Grund, wenn Sie diesen Termin ${verb(said)} möchten.`,
      staff: (said) => `${noun(said)} braucht einen Grund. ${from(said)}.`,
      voice: (said) => `Warum möchten Sie den Termin ${verb(said)}?`,
    },
    slotTaken: {
      customer: () => "Diese Zeit ist inzwischen vergeben. Bitte wählen Sie eine andere.",
      staff: () => "Der Mitarbeiter hat zu dieser Zeit schon einen Termin.",
      voice: () => "Diese Zeit ist leider schon vergeben. Passt Ihnen eine andere?",
    },
    illegalTransition: {
      customer: (said) =>
        `In seinem jetzigen Zustand lässt sich dieser Termin nicht ${verb(said)}. Bitte melden Sie sich bei uns.`,
      staff: (said) => `Der Status des Termins erlaubt es nicht (${verb(said)}).`,
      voice: (said) => `So wie der Termin steht, kann ich ihn nicht ${verb(said)}.`,
    },
    partialCancelNotAllowed: {
      customer: () => "Aus dieser Serie lässt sich kein einzelner Termin absagen. Sie können die ganze Serie absagen.",
      staff: () => "Teilabsage einer Serie ist nicht erlaubt.",
      voice: () => "Einzelne Termine dieser Serie kann ich nicht absagen, nur alle zusammen.",
    },
    seriesNoticeTooShort: {
      customer: () => "Für die Absage der ganzen Serie ist es zu spät. Gern rufen wir Sie zurück.",
      staff: () => "Die Frist für die ganze Serie ist unterschritten.",
      voice: () => "Für die ganze Serie ist die Frist leider schon vorbei.",
    },
    tooFewOccurrencesLeft: {
      customer: () => "Es blieben zu wenige Termine dieser Serie übrig. Gern rufen wir Sie zurück.",
      staff: () => "Die Mindestzahl verbleibender Termine der Serie wäre unterschritten.",
      voice: () => "Dann blieben zu wenige Termine der Serie übrig, das geht leider nicht.",
    },
  },
};
