package io.strata.blobs;

/** A part that an ingest has: its number, from 1, and the entity tag that the store gave it. */
public record Part(int number, String etag) {}
