/** Metrics as a scraper reads them. */
export interface ReadMetrics {
  /** Type of each family by its name. */
  readonly families: ReadonlyMap<string, string>;
  /** The value of the one series with a name and exactly these labels; undefined when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** All series of a name, as their labels. */
  series(name: string): Record<string, string>[];
}

/** Reads Prometheus' text format; throws on a line that is none. */
export function readMetrics(text: string): ReadMetrics {
  const families = new Map<string, string>();
  const values: { name: string; labels: Record<string, string>; value: number }[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type !== null) families.set(type[1] ?? '', type[2] ?? '');
    else if (!line.startsWith('# HELP ')) values.push(readSample(line));
  }
  const nameOf = (name: string, labels: Readonly<Record<string, string>>): string =>
    `${name} ${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
  const byName = new Map(values.map(({ name, labels, value }) => [nameOf(name, labels), value]));
  return {
    families,
    value: (name, labels = {}) => byName.get(nameOf(name, labels)),
    series: (name) => values.filter((each) => each.name === name).map(({ labels }) => labels),
  };
}

function readSample(line: string): { name: string; labels: Record<string, string>; value: number } {
  const sample = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i.exec(line);
  if (sample === null) throw new Error(`no sample: ${line}`);
  const [, name = '', list = '', value = ''] = sample;
  const labels = [...list.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [
    label,
    text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
  ]);
  return { name, labels: Object.fromEntries(labels) as Record<string, string>, value: Number(value) };
}
