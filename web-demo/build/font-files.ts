import type { Plugin } from 'vite';

const INLINE_FONT = /url\(['"]?data:font\/woff2;base64,([A-Za-z0-9+/=]+)['"]?\)/g;
const FONT_FACE = /@font-face\s*{[^}]*}/g;

/**
 * Gives each font that a style sheet carries inside itself a file of its own:
 * the browser then loads the few it needs, and the Content-Security-Policy
 * needs no `data:`.
 */
export function fontFiles(): Plugin {
  return {
    name: 'licentia-font-files',
    apply: 'build',
    generateBundle: {
      order: 'pre',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type === 'asset' && file.fileName.endsWith('.css')) {
            file.source = file.source.toString().replace(FONT_FACE, (face) =>
              face.replace(INLINE_FONT, (_url, base64: string) => {
                const weight = /font-weight:\s*(\w+)/.exec(face)?.[1] ?? 'normal';
                const style = /font-style:\s*(\w+)/.exec(face)?.[1] ?? 'normal';
                const id = this.emitFile({
                  type: 'asset',
                  name: `open-sans-${weight}-${style}.woff2`,
                  source: Buffer.from(base64, 'base64'),
                });
                // Beside the style sheet, in the same folder.
                return `url(${this.getFileName(id).split('/').at(-1)})`;
              }),
            );
          }
        }
      },
    },
  };
}
