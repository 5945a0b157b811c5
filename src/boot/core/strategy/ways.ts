/** How an answer tells a netboot client what to load. What differs between firmware is a row here. */
export type Way = {
  readonly says: string; // for the sentence "we answer with ..."
  readonly fields: boolean; // siaddr, the file field, 66
  readonly bootFile: boolean; // option 67
  readonly echoesClass: boolean; // option 60
  readonly bypass: boolean; // option 43 {6: 8}: use the file, no discovery, no port 4011
};

export const WAYS = {
  fields: {
    says: "siaddr, file, 66 and 67, no option 60",
    fields: true,
    bootFile: true,
    echoesClass: false,
    bypass: false,
  },
  bypass: {
    says: "option 60, 43 with discovery control 8, siaddr, file, 66 and 67",
    fields: true,
    bootFile: true,
    echoesClass: true,
    bypass: true,
  },
  "file-and-4011": {
    says: "option 60, siaddr, file, 66 and 67, no 43; port 4011 answers too",
    fields: true,
    bootFile: true,
    echoesClass: true,
    bypass: false,
  },
  "ask-4011": {
    says: "option 60 and siaddr alone; the file comes on port 4011",
    fields: false,
    bootFile: false,
    echoesClass: true,
    bypass: false,
  },
  url: {
    says: "option 60 HTTPClient and the URL in 67",
    fields: false,
    bootFile: true,
    echoesClass: true,
    bypass: false,
  },
  "url-in-file": {
    says: "option 60 HTTPClient and the URL in 67 and in the file field",
    fields: true,
    bootFile: true,
    echoesClass: true,
    bypass: false,
  },
} as const satisfies Record<string, Way>;

export type WayId = keyof typeof WAYS;
