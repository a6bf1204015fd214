// The reference of the configuration as Markdown, made from the schema so that it cannot disagree with it.
import { settingVariables, variableOf } from './environment.ts';
import { configSetting, expectationOf, withoutNull, type Setting } from './setting.ts';

const introduction = `# Configuration

One YAML (or JSON) file and the environment, checked together before anything starts: every mistake is reported at once, and
an unknown name is a mistake. The environment wins over the file; a variable that is empty counts as not set. Durations are
milliseconds unless a name says otherwise. Lists in variables are separated by commas. A relative path, of a directory or a file,
belongs to the working directory of whoever reads it, not to the place of this file: services and commands that are to mean the
same log are started in the same directory, or have absolute paths.

This page is generated from the schema by \`npm run docs\`.
`;

/** Text of docs/configuration.md. */
export function describeConfig(): string {
  const sections = Object.entries(configSetting.properties ?? {}).map(([name, setting]) => section(name, setting));
  return [introduction, ...sections].join('\n');
}

function section(name: string, setting: Setting): string {
  const { additionalProperties, description } = withoutNull(setting);
  const isOpen = typeof additionalProperties === 'object';
  const fields = isOpen ? rows(additionalProperties, [name, 'NAME'], false) : rows(setting, [name], true);
  const head = isOpen
    ? '| setting | expects | default | meaning |\n|---|---|---|---|'
    : '| setting, variable | expects | default | meaning |\n|---|---|---|---|';
  return `## ${name}\n\n${description ?? ''}\n\n${head}\n${fields.join('\n')}\n`;
}

/** One row per leaf; a section that may be null has a row of its own. */
function rows(setting: Setting, path: readonly string[], hasVariables: boolean): string[] {
  const { properties, required = [] } = withoutNull(setting);
  return Object.entries(properties ?? {}).flatMap(([name, child]) => {
    const at = [...path, name];
    const isGroup = withoutNull(child).properties !== undefined;
    const isOptionalGroup = isGroup && child.anyOf !== undefined;
    const own = isGroup && !isOptionalGroup ? [] : [row(at, child, required.includes(name), hasVariables && !isGroup)];
    const { additionalProperties } = withoutNull(child);
    // Names that people choose themselves, each with the same settings.
    if (typeof additionalProperties === 'object' && additionalProperties.properties !== undefined)
      return [row(at, child, false, false), ...rows(additionalProperties, [...at, 'NAME'], false)];
    return isGroup ? [...own, ...rows(child, at, hasVariables)] : own;
  });
}

function row(path: readonly string[], setting: Setting, isRequired: boolean, hasVariable: boolean): string {
  const names = [`\`${path.join('.')}\``, ...(hasVariable ? variablesOf(path).map((name) => `\`${name}\``) : [])];
  const fallback =
    setting.default === undefined ? (isRequired ? 'required' : 'see meaning') : `\`${JSON.stringify(setting.default)}\``;
  const cells = [names.join('<br>'), expectationOf(setting), fallback, setting.description ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function variablesOf(path: readonly string[]): string[] {
  const own = variableOf(path);
  const names = [...settingVariables].filter(([, target]) => target.join('.') === path.join('.')).map(([name]) => name);
  return names.includes(own) ? [...names.filter((name) => name !== own), own] : names;
}
