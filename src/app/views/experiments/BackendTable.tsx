import { Box, Text } from 'ink';
import { Table } from 'ink-table';
import type { ReactNode } from 'react';
import type { BackendEntry } from '../../shell/store/state.ts';
import { truncate } from '../../shell/text/pad.ts';

/** Screen columns for the other column, the borders and the margins. */
const reservedWidth = 28;

/** The backends, on a start screen that has room for them. */
export function BackendTable({
  backends,
  width,
}: {
  readonly backends: readonly BackendEntry[];
  readonly width: number;
}): ReactNode {
  const data = backends.map(({ name, summary }) => ({
    backend: name,
    'what it is': truncate(summary, width - reservedWidth),
  }));
  return (
    <Box flexDirection="column">
      <Table data={data} header={Plain} cell={Plain} skeleton={Faint} />
    </Box>
  );
}

function Plain({ children }: { readonly children?: ReactNode }) {
  return <Text>{children}</Text>;
}

function Faint({ children }: { readonly children?: ReactNode }) {
  return <Text dimColor>{children}</Text>;
}
