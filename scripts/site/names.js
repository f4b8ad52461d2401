import { Converter } from 'typedoc';

const entries = { index: '', 'engine-entry': '/engine', commands: '/commands' };

/** Gives pages the title of their document, and modules the name by which programs import them. */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const [first] = document.content;
    document.name = /^# (.+)$/m.exec(first?.text ?? '')?.[1] ?? document.name;
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const entry = entries[module.name];
      if (entry !== undefined) module.name = `${project.packageName}${entry}`;
    }
  });
}
