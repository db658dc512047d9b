/** What is said when an appointment changes, in a company's own language. */
export interface Reasons {
  /** Customers who cannot come. */
  readonly cancel: readonly string[];
  /** Customers who come another day. */
  readonly move: readonly string[];
  /** Why staff let somebody off who was too late. */
  readonly anyway: readonly string[];
  /** Why no fee is taken of them. */
  readonly waiver: string;
  /** Why the company itself cannot keep it. */
  readonly calledOff: readonly string[];
}

export const reasonsInASalon: Reasons = {
  cancel: [
    "Krank geworden",
    "Termin passt nicht mehr",
    "Kind ist krank",
    "Muss länger arbeiten",
    "An dem Tag verreist",
  ],
  move: ["Besprechung dazwischengekommen", "Lieber nach der Arbeit", "Keine Kinderbetreuung an dem Tag"],
  anyway: ["Krankmeldung gezeigt", "Stammkundin, aus Kulanz", "Bahnstreik"],
  waiver: "Aus Kulanz",
  calledOff: ["Kollegin erkrankt", "Wasserschaden im Salon"],
};

export const reasonsInAPractice: Reasons = {
  cancel: ["Beschwerden sind weg", "Überweisung fehlt noch", "Termin passt nicht mehr", "Krank geworden"],
  move: ["Dienstplan geändert", "Begleitung hat an dem Tag keine Zeit", "Befunde liegen noch nicht vor"],
  anyway: ["Notaufnahme am selben Tag", "Telefonisch entschuldigt", "Liegt im Krankenhaus"],
  waiver: "Nicht selbst verschuldet",
  calledOff: ["Ärztin auf Fortbildung", "Notfall in der Praxis"],
};

export const reasonsInAStudio: Reasons = {
  cancel: ["Verletzt, soll pausieren", "Krank geworden", "Dienstreise", "Termin passt nicht mehr", "Kein Babysitter"],
  move: ["Spätschicht bekommen", "Lieber am Wochenende", "Muskelkater vom letzten Training"],
  anyway: ["Attest nachgereicht", "Erster Ausfall seit einem Jahr", "Stau nach Unfall auf der A7"],
  waiver: "Erster Ausfall",
  calledOff: ["Trainer erkrankt", "Heizung ausgefallen"],
};
