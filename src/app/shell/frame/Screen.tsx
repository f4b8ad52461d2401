import { Box, Text } from 'ink';
import { memo, type ReactNode } from 'react';
import type { ViewRegistry } from '../context/context.ts';
import { footerHeight, headerHeight, isTooSmall, minimumSize } from '../store/layout.ts';
import { type AppState, topView } from '../store/state.ts';
import { renderFooter } from './render-footer.ts';
import { renderHeader } from './render-header.ts';
import { type RenderedBox, renderOverlay } from './render-overlay.ts';
import { renderStatusLine } from './render-status-line.ts';
import { renderToasts } from './render-toasts.ts';

/** One row of the screen, already laid out and coloured. One node per row keeps frames cheap. */
const Row = memo(function Row({ text }: { readonly text: string }): ReactNode {
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate">{text === '' ? ' ' : text}</Text>
    </Box>
  );
});

function Rows({ rows }: { readonly rows: readonly string[] }): ReactNode {
  // A row has no identity except its position.
  // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity.
  return rows.map((text, index) => <Row key={index} text={text} />);
}

/** A part of the screen with its own height. Rows beyond it do not move what follows. */
function Pane({ height, rows }: { readonly height: number; readonly rows: readonly string[] }): ReactNode {
  return (
    <Box height={height} flexShrink={0} flexDirection="column">
      <Rows rows={rows.length > height ? rows.slice(0, height) : rows} />
    </Box>
  );
}

function Floating({ box }: { readonly box: RenderedBox | undefined }): ReactNode {
  if (box === undefined) return null;
  return (
    <Box position="absolute" marginLeft={box.left} marginTop={box.top} flexDirection="column">
      <Rows rows={box.rows} />
    </Box>
  );
}

/**
 * The whole screen, exactly as large as the terminal: a taller frame would clear the terminal at each change. Clipping would
 * cost a quarter of each frame, so the number of rows is exact, and Ink omits what is below its root.
 */
export function Screen({ state, views }: { readonly state: AppState; readonly views: ViewRegistry }): ReactNode {
  const { size, theme, overlays, toasts } = state;
  const overlay = overlays.at(-1);
  const kind = views.kindOf(topView(state));
  return (
    <Box width={size.columns} height={size.rows} flexDirection="column">
      {isTooSmall(size) ? (
        <Rows rows={tooSmall(state)} />
      ) : (
        <>
          <Pane height={headerHeight} rows={renderHeader(state, kind)} />
          <Pane height={size.rows - headerHeight - footerHeight} rows={kind.render(state, topView(state))} />
          <Pane height={footerHeight} rows={[renderStatusLine(state, kind), renderFooter(state, kind)]} />
          {kind.decorate?.(state, topView(state))}
          <Floating box={renderToasts(toasts, size, theme)} />
          <Floating box={overlay === undefined ? undefined : renderOverlay(overlay, size, theme)} />
        </>
      )}
    </Box>
  );
}

function tooSmall({ size }: AppState): string[] {
  const lines = [
    'Too small.',
    `${size.columns}x${size.rows}; at least`,
    `${minimumSize.columns}x${minimumSize.rows} is needed.`,
    'q quits.',
  ];
  return Array.from({ length: Math.max(1, size.rows) }, (_, index) => (lines[index] ?? '').slice(0, size.columns));
}
