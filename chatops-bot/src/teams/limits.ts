/** What Teams takes (learn.microsoft.com, limits of bots and of Adaptive Cards), with some room below. */
export const limits = {
  /** Of 100 KB for a message, without pictures in it. */
  cardBytes: 78_000,
  /** Of one element; nothing is said about it, but longer texts are unreadable. */
  text: 4000,
  title: 250,
  facts: 30,
  listItems: 60,
  tableColumns: 10,
  tableRows: 50,
  /** Buttons of one set that are seen; the others are behind dots. */
  actionsSeen: 6,
  actions: 20,
  choices: 20,
  chartSeries: 8,
  chartPoints: 60,
  mentions: 20,
  /** Base64 of a picture; Teams takes pictures up to 1 MB. */
  pictureBytes: 1_000_000,
} as const;
