import { config } from "zod";

/** The page's policy forbids making code from text, and even trying it is reported as an error. */
config({ jitless: true });
