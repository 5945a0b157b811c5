// Before the tests: those that start the program start what the sources say.
import { build, isProgramOld } from "./machine.mjs";

export default function built() {
  if (isProgramOld()) build();
}
