"""The agreement texts as versioned data. One file per version; a published file is never edited, a new one is added."""
