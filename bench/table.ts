/** What a benchmark measured, as it is printed. */
export interface BenchTable {
  readonly name: string;
  readonly columns: string[];
  readonly rows: (string | number)[][];
  readonly note?: string;
}
