import { toJson } from '../yaml/write-json.ts';
import { toYaml } from '../yaml/write-yaml.ts';
import { type Report, countEntries, fileOf } from './report.ts';
import { explainRule } from './explain-rule.ts';

/** A report for programs, as JSON. */
export function printJson(report: Report): string {
  return toJson(toData(report));
}

/** A report for programs, as YAML. */
export function printYaml(report: Report): string {
  return toYaml(toData(report));
}

/** A report as plain data. Fields that do not apply are left out. */
function toData(report: Report): object {
  return {
    blueprints: report.blueprints,
    counts: countEntries(report),
    findings: report.entries.map(({ severity, rule, message, path, input, place, blueprint }) => ({
      severity,
      rule,
      remedy: explainRule(rule).remedy,
      message,
      path: path === '' ? undefined : path,
      input,
      file: fileOf(input),
      line: place?.line,
      column: place?.column,
      blueprint: blueprint === undefined ? undefined : { ...blueprint },
    })),
    unread: report.unread.map(({ input, message }) => ({ input, message })),
  };
}
