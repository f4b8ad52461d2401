import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** The packages that these files belong to, each as the path of its folder. */
function packageFolders(files: Iterable<string>): readonly string[] {
  const folders = new Set<string>();
  for (const file of files) {
    const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders];
}

interface Licence {
  readonly title: string;
  readonly text: string;
}

async function readLicence(folder: string): Promise<Licence> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  const names = (await readdir(folder)).filter((name) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const { name, version, license, author } = manifest;
  if (license === undefined && texts.length === 0) throw new Error(`The package ${name} does not say its licence.`);
  const holder = typeof author === 'string' ? author : author?.name;
  const stated = `License: ${license ?? 'see below'}${holder === undefined ? '' : `\nAuthor: ${holder}`}`;
  return { title: `${name} ${version}`, text: [stated, ...texts.map((text) => text.trim())].join('\n\n') };
}

/**
 * The licences of the packages that these files are bundled from, as one text.
 * @param files the modules of all bundles
 */
export async function thirdPartyLicences(files: Iterable<string>): Promise<string> {
  const folders = packageFolders(files).filter((folder) => existsSync(join(folder, 'package.json')));
  const licences = await Promise.all(folders.map(readLicence));
  const unique = new Map(licences.map(({ title, text }) => [title, text]));
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1));
  const head = 'Symphony contains code of these packages, under the licences that follow.';
  const rule = '-'.repeat(80);
  return `${[head, ...sorted.map(([title, text]) => `${rule}\n${title}\n\n${text.replaceAll('\r\n', '\n')}`)].join('\n\n')}\n`;
}
