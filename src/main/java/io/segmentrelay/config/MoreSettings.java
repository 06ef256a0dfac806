package io.segmentrelay.config;

import java.util.List;

/** Settings that only one of the packages has; {@link SettingsCheck} asks every bean of this type. */
public interface MoreSettings {

    /** What is missing or wrong, one line each that names the setting and what it may be. */
    List<String> problems();
}
