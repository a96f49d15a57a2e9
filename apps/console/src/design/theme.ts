import {
  Button,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  Modal,
  NumberInput,
  Paper,
  Select,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';

/** The one accent: actions, selection, warmth. Shade 7 on white and white on shade 7 are both above 5.5:1. */
const ember: MantineColorsTuple = [
  '#fff3eb',
  '#fde3d3',
  '#f9c6a8',
  '#f5a67a',
  '#ef8450',
  '#e26a33',
  '#cb5120',
  '#ab4116',
  '#8b3615',
  '#6e2d15',
];
/** Cold things: items and people of whom little is known. */
const frost: MantineColorsTuple = [
  '#eaf4fb',
  '#d3e6f4',
  '#a9cde8',
  '#7db3db',
  '#559acd',
  '#3581b9',
  '#24699d',
  '#1d5581',
  '#194668',
  '#163a55',
];
/** Warm greys, of paper and charcoal, instead of blue ones. */
const gray: MantineColorsTuple = [
  '#faf8f5',
  '#f4f1ec',
  '#e9e4dc',
  '#dbd4c9',
  '#bfb6a8',
  '#978d7f',
  '#6d6457',
  '#544c42',
  '#38322c',
  '#211d19',
];
const dark: MantineColorsTuple = [
  '#e4ded6',
  '#c9c1b7',
  '#a89f94',
  '#7b7268',
  '#4b453f',
  '#37322d',
  '#26221f',
  '#191614',
  '#141210',
  '#0e0c0b',
];

/** System fonts. Without names of CJK fonts, whose quotation marks are as wide as two letters: see tokens.css. */
const sans =
  "'Inter Variable', Inter, -apple-system, BlinkMacSystemFont, 'Segoe UI Variable Text', 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";

/** Things above the page have the colour of its panels, not of its ground. */
const raised = { content: { background: 'var(--k-surface)' }, header: { background: 'var(--k-surface)' } };

const field = { size: 'sm' } as const;

export const theme = createTheme({
  colors: { ember, frost, gray, dark },
  primaryColor: 'ember',
  primaryShade: 7,
  black: '#211d19',
  fontFamily: sans,
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: {
    fontFamily: sans,
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.35' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '18px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  autoContrast: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm', fw: 560 } }),
    TextInput: TextInput.extend({ defaultProps: field }),
    NumberInput: NumberInput.extend({ defaultProps: field }),
    Select: Select.extend({ defaultProps: field }),
    TagsInput: TagsInput.extend({ defaultProps: field }),
    Textarea: Textarea.extend({ defaultProps: field }),
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    Modal: Modal.extend({ defaultProps: { radius: 'lg', centered: true }, styles: raised }),
    Drawer: Drawer.extend({ defaultProps: { position: 'right' }, styles: raised }),
    Tooltip: Tooltip.extend({
      defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } },
    }),
  },
});
