// Copyright (c) The terraform-provider-bitwarden authors
// SPDX-License-Identifier: MPL-2.0

package emulator

func (s *Server) folderRoutes() {
	s.api("GET", "/folders", signedIn, func(c *call) (any, error) { return list(s.syncFolders(c.user)), nil })
	s.api("POST", "/folders", signedIn, s.createFolder)
	s.api("GET", "/folders/{id}", signedIn, s.getFolder)
	s.api("PUT", "/folders/{id}", signedIn, s.updateFolder)
	s.api("POST", "/folders/{id}", signedIn, s.updateFolder)
	s.api("DELETE", "/folders/{id}", signedIn, s.deleteFolder)
	s.api("POST", "/folders/{id}/delete", signedIn, s.deleteFolder)
}

func folderBody(f *folder) obj {
	return obj{"id": f.ID, "name": f.Name, "revisionDate": f.RevisionDate, "object": "folder"}
}

type folderRequest struct {
	Name string `json:"name"`
}

func (r *folderRequest) validate(p problems) {
	p.required("Name", r.Name)
	p.encString("Name", r.Name, 1000)
}

// ownFolder is the caller's folder {id} of the path: else 404.
func (s *Server) ownFolder(c *call) (*folder, error) {
	id, err := c.parsedID("id")
	if err != nil {
		return nil, err
	}
	f := s.store.folders.get(id)
	if f == nil || f.UserID != c.user.ID {
		return nil, notFound()
	}
	return f, nil
}

func (s *Server) getFolder(c *call) (any, error) {
	f, err := s.ownFolder(c)
	if err != nil {
		return nil, err
	}
	return folderBody(f), nil
}

func (s *Server) createFolder(c *call) (any, error) {
	r := folderRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	f := &folder{ID: newID(), UserID: c.user.ID, Name: r.Name, RevisionDate: s.now()}
	s.touch(c.user.ID)
	return folderBody(s.store.folders.add(f.ID, f)), nil
}

func (s *Server) updateFolder(c *call) (any, error) {
	r := folderRequest{}
	if err := c.bind(&r); err != nil {
		return nil, err
	}
	f, err := s.ownFolder(c)
	if err != nil {
		return nil, err
	}
	f.Name, f.RevisionDate = r.Name, s.now()
	s.touch(c.user.ID)
	return folderBody(f), nil
}

// deleteFolder takes the items out of it.
func (s *Server) deleteFolder(c *call) (any, error) {
	f, err := s.ownFolder(c)
	if err != nil {
		return nil, err
	}
	for ci := range s.store.ciphers.all() {
		if ci.Folders[c.user.ID] == f.ID {
			delete(ci.Folders, c.user.ID)
		}
	}
	s.store.folders.remove(f.ID)
	s.touch(c.user.ID)
	return nil, nil
}
