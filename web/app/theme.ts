import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Calm petrol: its shade 8 bears white text in both colour schemes. */
const petrol: MantineColorsTuple = [
  "#e7f7f8",
  "#d3ebed",
  "#a8d6da",
  "#7abfc6",
  "#54acb5",
  "#3c9fab",
  "#2a8f9b",
  "#17767f",
  "#0b6670",
  "#00525b",
];

export const theme = createTheme({
  colors: { petrol },
  primaryColor: "petrol",
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  defaultRadius: "md",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.3" },
      h2: { fontSize: "1.15rem", lineHeight: "1.35" },
      h3: { fontSize: "1rem", lineHeight: "1.4" },
    },
  },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
  cursorType: "pointer",
  respectReducedMotion: true,
});
