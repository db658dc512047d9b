import type { Said, Words } from "./explain.ts";

type Moving = Pick<Said, "moving">;
const verb = ({ moving }: Moving) => (moving ? "verschieben" : "absagen");
const Verb = ({ moving }: Moving) => (moving ? "Verschieben" : "Absagen");
const done = ({ moving }: Moving) => (moving ? "verschoben" : "abgesagt");
const noun = ({ moving }: Moving) => (moving ? "Die Verschiebung" : "Die Absage");
const from = ({ level }: Said) => `Regel: ${level}.`;
const times = (count: number) => ["nie", "einmal", "zweimal"][count] ?? `${count} Mal`;
const appointments = (count: number) => (count === 1 ? "einen Termin" : `${count} Termine`);
const callback = "Wenn Sie möchten, rufen wir Sie gern zurück.";

function staffCost(said: Said): string {
  if (said.waived !== null) return `Gebühr: ${said.fee}, erlassen: ${said.waived}.`;
  if (said.priceUnknown) return `Gebühr: keine, weil kein Preis hinterlegt ist (Regel: ${said.level}).`;
  if (said.business) return "Gebühr: keine, weil das Haus handelt.";
  if (said.inGrace) return "Gebühr: keine, innerhalb der Kulanzzeit nach der Buchung.";
  return `Gebühr: ${said.free ? "keine" : said.fee} (Regel: ${said.level}).`;
}

function staffAllowed(said: Said): string {
  const how = said.forced
    ? "als Ausnahme von der Regel freigegeben"
    : said.business
      ? "durch das Haus erlaubt"
      : "erlaubt";
  return `${noun(said)} ist ${how}. Vorlauf: ${said.left}, Frist: ${said.hours} (Regel: ${said.noticeLevel}). ${staffCost(said)}`;
}

function customerAllowed(said: Said): string {
  if (said.business) return `Wir können diesen Termin von uns aus ${verb(said)}. Für Sie ist das kostenlos.`;
  const start = said.forced ? "Wir machen gern eine Ausnahme: " : "";
  if (said.priceUnknown) {
    return `${start}Sie können diesen Termin ${verb(said)}. Eine Gebühr fällt nicht an, da kein Preis hinterlegt ist.`;
  }
  return `${start}Sie können diesen Termin ${said.free ? "kostenlos" : `gegen eine Gebühr von ${said.fee}`} ${verb(said)}.`;
}

function voiceAllowed(said: Said): string {
  if (said.business) return `Wir können den Termin von uns aus ${verb(said)}. Das kostet Sie nichts.`;
  const start = said.forced ? "Ja, das geht ausnahmsweise." : "Ja, das geht.";
  if (said.priceUnknown) return `${start} Das ${Verb(said)} kostet nichts, weil kein Preis hinterlegt ist.`;
  return `${start} Das ${Verb(said)} kostet ${said.free ? "nichts" : said.fee}.`;
}

/** Texte auf Deutsch. */
export const german: Words = {
  locale: "de-DE",
  hour: ["Stunde", "Stunden"],
  cent: ["Cent", "Cent"],
  moment: (date, time) => `${date}, ${time} Uhr`,
  levels: {
    staff: "Mitarbeiter/in",
    service: "Leistung",
    branch: "Filiale",
    company: "Unternehmen",
    system: "Systemvorgabe",
  },
  texts: {
    allowed: { customer: customerAllowed, staff: staffAllowed, voice: voiceAllowed },
    alreadyCancelled: {
      customer: (said) =>
        said.moving
          ? "Dieser Termin ist bereits abgesagt und lässt sich nicht mehr verschieben. Bitte buchen Sie einen neuen Termin."
          : "Dieser Termin ist bereits abgesagt. Sie müssen nichts weiter tun.",
      staff: (said) => `Status abgesagt: ${noun(said)} ist nicht möglich.`,
      voice: (said) =>
        said.moving
          ? "Der Termin ist schon abgesagt. Möchten Sie einen neuen buchen?"
          : "Der Termin ist schon abgesagt. Sie müssen nichts weiter tun.",
    },
    alreadyCompleted: {
      customer: (said) =>
        `Dieser Termin hat bereits stattgefunden und lässt sich nicht mehr ${verb(said)}. Bei Fragen rufen Sie uns bitte an.`,
      staff: (said) => `Status abgeschlossen: ${noun(said)} ist nicht möglich.`,
      voice: (said) => `Der Termin hat schon stattgefunden. Ich kann ihn nicht mehr ${verb(said)}.`,
    },
    alreadyNoShow: {
      customer: (said) =>
        `Dieser Termin ist als nicht wahrgenommen vermerkt und lässt sich nicht mehr ${verb(said)}. Falls das nicht stimmt, melden Sie sich bitte bei uns.`,
      staff: (said) => `Status nicht erschienen: ${noun(said)} ist nicht möglich.`,
      voice: (said) => `Der Termin ist als nicht wahrgenommen vermerkt. Ich kann ihn nicht mehr ${verb(said)}.`,
    },
    alreadyStarted: {
      customer: (said) =>
        `Dieser Termin hat bereits begonnen und lässt sich nicht mehr ${verb(said)}. Bitte rufen Sie uns an.`,
      staff: (said) => `Der Termin hat bereits begonnen: ${noun(said)} ist nur noch durch das Haus möglich.`,
      voice: (said) => `Der Termin hat schon begonnen. Ich kann ihn nicht mehr ${verb(said)}.`,
    },
    actorNotAllowed: {
      customer: (said) =>
        `Dieser Zugang darf Termine nicht im Namen unseres Hauses ${verb(said)}. Bitte wenden Sie sich an unser Team.`,
      staff: (said) => `${noun(said)} ist nicht erlaubt: Die Berechtigung, für das Haus zu handeln, fehlt.`,
      voice: (said) => `Im Namen des Hauses darf ich den Termin nicht ${verb(said)}. Bitte fragen Sie unser Team.`,
    },
    callerUnverified: {
      customer: (said) =>
        `Wir konnten Ihre Angaben leider nicht bestätigen und dürfen deshalb keinen Termin ${verb(said)}. ${callback}`,
      staff: (said) => `Anrufer/in nicht bestätigt: ${noun(said)} ist nicht möglich. Bitte einen Rückruf anbieten.`,
      voice: (said) =>
        `Ich konnte Ihre Angaben leider nicht bestätigen und darf deshalb nichts ${verb(said)}. Sollen wir Sie zurückrufen?`,
    },
    noticeTooShort: {
      customer: (said) =>
        `Für diesen Termin gilt eine Frist von ${said.hours}. ${Verb(said)} war bis ${said.latest} möglich. ${callback}`,
      staff: (said) =>
        `${noun(said)} kommt zu spät: ${said.hours} Vorlauf nötig, noch ${said.left} bis zum Termin. Möglich war sie bis ${said.latest}. ${from(said)}`,
      voice: (said) =>
        `Für den Termin gilt eine Frist von ${said.hours}, deshalb kann ich ihn nicht mehr ${verb(said)}. Sollen wir Sie zurückrufen?`,
    },
    sameDayNotAllowed: {
      customer: (said) => `Am Tag selbst lässt sich dieser Termin leider nicht mehr ${verb(said)}. ${callback}`,
      staff: (said) => `${noun(said)} am selben Kalendertag ist nicht erlaubt, Vorlauf: ${said.left}. ${from(said)}`,
      voice: (said) => `Am Tag selbst kann ich den Termin nicht mehr ${verb(said)}. Sollen wir Sie zurückrufen?`,
    },
    appointmentLimitReached: {
      customer: (said) =>
        said.used === 0
          ? `Dieser Termin lässt sich leider nicht ${verb(said)}. ${callback}`
          : `Dieser Termin wurde bereits ${times(said.used)} verschoben. Öfter ist es leider nicht möglich. ${callback}`,
      staff: (said) =>
        `Grenze je Termin erreicht: ${said.used} von ${said.limit} ${said.limit === 1 ? "Verschiebung" : "Verschiebungen"}. ${from(said)}`,
      voice: (said) =>
        said.used === 0
          ? `Diesen Termin kann ich leider nicht ${verb(said)}. Sollen wir Sie zurückrufen?`
          : `Der Termin wurde schon ${times(said.used)} verschoben, öfter geht es leider nicht. Sollen wir Sie zurückrufen?`,
    },
    quotaExceeded: {
      customer: (said) =>
        said.limit === 0
          ? `Termine können Sie bei uns derzeit nicht selbst ${verb(said)}. ${callback}`
          : `Innerhalb von ${said.days} Tagen können Sie höchstens ${appointments(said.limit)} ${verb(said)}. Das haben Sie bereits ausgeschöpft. ${callback}`,
      staff: (said) =>
        `Kontingent erschöpft (${Verb(said)}): ${said.used} von ${said.limit} in ${said.days} Tagen. ${from(said)}`,
      voice: (said) =>
        said.limit === 0
          ? `Termine kann ich derzeit nicht ${verb(said)}. Sollen wir Sie zurückrufen?`
          : `Sie haben in ${said.days} Tagen schon ${appointments(said.used)} ${done(said)}, mehr geht leider nicht. Sollen wir Sie zurückrufen?`,
    },
    reasonRequired: {
      customer: (said) => `Bitte nennen Sie uns einen Grund, wenn Sie diesen Termin ${verb(said)} möchten.`,
      staff: (said) =>
        `${noun(said)} braucht einen Grund. ${said.business ? "Das gilt immer, wenn das Haus handelt." : from(said)}`,
      voice: (said) => `Aus welchem Grund möchten Sie den Termin ${verb(said)}?`,
    },
    slotTaken: {
      customer: () => "Diese Zeit ist inzwischen leider vergeben. Bitte wählen Sie eine andere.",
      staff: () => "Die gewünschte Zeit ist bereits belegt. Bitte eine andere Zeit wählen.",
      voice: () => "Diese Zeit ist leider schon vergeben. Passt Ihnen eine andere?",
    },
    illegalTransition: {
      customer: (said) =>
        `Dieser Termin lässt sich in seinem jetzigen Stand nicht ${verb(said)}. Bitte rufen Sie uns an.`,
      staff: (said) => `${noun(said)} ist im jetzigen Status des Termins nicht möglich.`,
      voice: (said) => `So wie der Termin gerade steht, kann ich ihn nicht ${verb(said)}.`,
    },
    partialCancelNotAllowed: {
      customer: (said) =>
        `Einzelne Termine dieser Serie lassen sich nicht ${verb(said)}, nur die ganze Serie. ${callback}`,
      staff: (said) => `${noun(said)} einzelner Termine der Serie ist nicht erlaubt.`,
      voice: (said) => `Einzelne Termine der Serie kann ich nicht ${verb(said)}, nur alle zusammen.`,
    },
    seriesNoticeTooShort: {
      customer: (said) =>
        `Die ganze Serie lässt sich leider nicht mehr ${verb(said)}, dafür ist es zu spät. ${callback}`,
      staff: (said) => `${noun(said)} kommt zu spät: Die Frist für die ganze Serie ist unterschritten.`,
      voice: (said) => `Die ganze Serie kann ich leider nicht mehr ${verb(said)}, die Frist ist vorbei.`,
    },
    tooFewOccurrencesLeft: {
      customer: (said) =>
        `So viele Termine dieser Serie können Sie nicht ${verb(said)}, es blieben zu wenige übrig. ${callback}`,
      staff: (said) => `${noun(said)} ist nicht möglich: Die Mindestzahl an Terminen der Serie wäre unterschritten.`,
      voice: (said) => `So viele Termine kann ich nicht ${verb(said)}. Es blieben zu wenige der Serie übrig.`,
    },
  },
};
